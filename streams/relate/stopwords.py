"""Words that say nothing about what an article is about, in English and French.

Other languages go without: there such words get their low weight once the stream has shown them often.
"""

from __future__ import annotations

_ENGLISH = """
a about above after again against ago all also am amid among an and any are as at be because been before
being below between both but by can could did do does doing done down during each few for from further get
gets got had has have having he her here hers him his how i if in into is it its just may me might more most
must my new no nor not now of off on once only or other our out over own re report reports s said same say
says see she should so some such t than that the their them then there these they this those through to too
under until up update us ve very video via was watch we were what when where which while who whom whose why
will with would you your
"""
_FRENCH = """
a ai ainsi apres au aucun aussi autre aux avait avant avec avoir c car ce cela ces cet cette ceux chez comme
comment contre d dans de depuis des deux dont du elle elles en encore entre est et etait etaient etant ete
etre eu eux fait faire font il ils j jusqu l la le les leur leurs lors lui m mais me meme mes moins mon n ne
ni nos notre nous on ont ou par pas pendant peu peut plus pour pourquoi qu quand que quel quelle quelles
quels qui s sa sans se selon sera ses si son sont sous sur t tous tout toute toutes tres trop tu un une vers
vos votre vous y
"""

STOP_WORDS = frozenset(_ENGLISH.split()) | frozenset(_FRENCH.split())
"""As `streams.query.tokens` makes them: without case and accents, and with the halves of "l'" and "don't"."""
