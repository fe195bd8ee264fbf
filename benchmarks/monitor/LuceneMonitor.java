import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.HighlightsMatch;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** Rules and documents of benchmarks/alerts.py in Lucene Monitor: one thread, one field. Prints one JSON object. */
public class LuceneMonitor {
    static final String FIELD = "text";

    /** The words of a term, apart by blanks: one word, or a phrase. */
    static Query term(String words) {
        String[] parts = words.split(" ");
        return parts.length == 1 ? new TermQuery(new Term(FIELD, words)) : new PhraseQuery(FIELD, parts);
    }

    /** A rule: clauses apart by tabs, each `+`, `-` or `?` (one of these) and a term. */
    static Query query(String[] clauses) {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        boolean choices = false;
        for (int i = 1; i < clauses.length; i++) {
            Query term = term(clauses[i].substring(1));
            switch (clauses[i].charAt(0)) {
                case '+' -> all.add(term, Occur.MUST);
                case '-' -> all.add(term, Occur.MUST_NOT);
                default -> {
                    any.add(term, Occur.SHOULD);
                    choices = true;
                }
            }
        }
        if (choices) {
            all.add(any.build(), Occur.MUST);
        }
        return all.build();
    }

    public static void main(String[] arguments) throws Exception {
        List<String> documents = Files.readAllLines(Path.of(arguments[1]));
        try (Monitor monitor = new Monitor(new WhitespaceAnalyzer(), new TermFilteredPresearcher())) {
            long begun = System.nanoTime();
            List<MonitorQuery> batch = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(arguments[0]))) {
                String[] clauses = line.split("\t");
                batch.add(new MonitorQuery(clauses[0], query(clauses)));
                if (batch.size() == 5000) {
                    monitor.register(batch);
                    batch.clear();
                }
            }
            monitor.register(batch);
            double loaded = (System.nanoTime() - begun) / 1e9;
            int warm = documents.size() / 4;
            long hits = 0;
            long from = 0;
            for (int i = 0; i < documents.size(); i++) {
                if (i == warm) {
                    from = System.nanoTime();
                    hits = 0;
                }
                Document document = new Document();
                document.add(new TextField(FIELD, documents.get(i), Field.Store.NO));
                hits += arguments[2].equals("offsets")
                    ? monitor.match(document, HighlightsMatch.MATCHER).getMatchCount()
                    : monitor.match(document, QueryMatch.SIMPLE_MATCHER).getMatchCount();
            }
            double took = (System.nanoTime() - from) / 1e9;
            int timed = documents.size() - warm;
            System.out.printf(
                "{\"load_s\": %.3f, \"per_s\": %.3f, \"hits_per_document\": %.3f}%n",
                loaded, timed / took, (double) hits / timed);
        }
    }
}
