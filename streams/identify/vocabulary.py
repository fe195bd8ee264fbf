"""The words of prompts: English, French, German and Spanish, all at once, as the language is not known yet.

Words are in small letters; apostrophes and hyphens part words, so that `e-mail` is the phrase `e mail`.
"""

from __future__ import annotations

from streams.patterns import listed

ASKS = listed("""
    sign up, sign in, log in, subscribe, register, join, follow, like us, like our, like this, like what, share,
    click, tap, scroll, download, install, get, receive, read, watch, listen, stream, hear, see, view, browse,
    check out, visit, explore, discover, find, send, e mail, email, text, write, contact, message, tell us, let
    us know, vote, comment, leave, submit, become, donate, chip in, contribute, consider, help, keep, stay, never
    miss, don t miss, don t forget, catch up, enter, add, choose, manage, try, start, upgrade, unlock, gift,
    create, enable, check back, save, print, reuse, report, reply, continue, back, return, have your, have a,
    have an, have something, have you, thanks for, thank you for, if you, want, would you, do you, are you, did
    you, got a, got an, what do you, by clicking, by signing, by subscribing, by continuing, you ve, you have,
    you may, we use, we earn, we may, we need, we value, for the latest, for more, for breaking, to continue, to
    keep, to read, to comment, to view, support our, support the, support quality, support local, support
    independent, support us, inscrivez, s inscrire, je m, s abonner, abonnez, abonnés, abonné, recevez, suivez,
    partagez, partager, téléchargez, retrouvez, découvrez, découvrir, écoutez, écouter, réécouter, regardez,
    regarder, revoir, rejoignez, soutenez, cliquez, connectez, se connecter, contactez, écrivez, réagissez,
    réagir, commentez, commenter, consultez, profitez, ne manquez, ne ratez, signalez, signaler, imprimer,
    envoyez, lire, lisez, voir, poursuivez, poursuivre, créez, dites, participez, pour lire, pour continuer, pour
    recevoir, pour voir, si vous, vous avez, vous êtes, vous souhaitez, vous voulez, vous aimez, vous aussi, il
    vous reste, en cliquant, déjà, retour, à lire, à voir, abonnieren, abonniere, folgen, folge, folgt, teilen,
    teile, melden, melde, registrieren, anmelden, einloggen, laden, lade, testen, teste, lesen, weiterlesen,
    hören, höre, sehen, schauen, schreiben, schreibe, schreib, senden, sende, schicken, diskutieren, diskutiere,
    kommentieren, kommentiere, unterstützen, unterstütze, werden sie, hinterlasse, hinterlassen, drucken,
    empfehlen, weiterempfehlen, bestellen, bestelle, sichern, klicken, klicke, jetzt, hier finden, hier geht,
    hier lesen, zurück, sie haben, sie möchten, sie wollen, sie sind, haben sie, möchten sie, wollen sie, sind
    sie, ihnen, wenn sie, wenn du, wenn ihr, mit dem, mit der, mit ihrer, suscríbete, suscríbase, suscribete,
    suscribirse, regístrate, registrate, regístrese, únete, unete, síguenos, sigue, comparte, compartir,
    comparta, descarga, recibe, reciba, apúntate, apúntese, escríbenos, escribe, escriba, consulta, consulte,
    puede consultar, descubre, lee, leer, apoya, apoye, hazte, haz, dona, comenta, comente, envía, envíanos,
    contacta, accede, inicia, activa, reportar, imprimir, escucha, mira, ver, vuelve, volver, no te pierdas,
    crea, si quieres, si te, si eres, si ya, quieres, ya eres, tienes, al suscribirte, al hacer, te quedan, te
    recomendamos, te puede, has leído, has alcanzado
""")
"""What a sentence of a prompt begins with."""

COURTESIES = listed("please, bitte, and, y, et, oder, or, jetzt, hier, also")
"""What may stand before that."""

SUBJECTS = {
    "consent": listed("""
        cookie, cookies, privacy policy, privacy notice, privacy statement, terms of use, terms of service, terms
        and conditions, consent, affiliate, affiliates, a commission, small commission, third party, third
        parties, confidentialité, datenschutz, datenschutzbestimmungen, datenschutzerklärung, einwilligung,
        provision, privacidad
    """),
    "share": listed("""
        facebook, twitter, instagram, whatsapp, whats app, telegram, linkedin, youtube, tiktok, bluesky,
        mastodon, reddit, social media, in comments, the comments, our comments, reader comments, your comments,
        comments below, comments section, comments are closed, comments are moderated, a comment below, leave a
        comment, add a comment, post a comment, to comment, letter to the editor, letters to the editor, your
        letter, poll, hashtag, réseaux sociaux, commentaire, commentaires, sozialen medien, soziale medien,
        sozialen netzwerken, kommentar, kommentare, ihre meinung, redes, redes sociales, comentario, comentarios
    """),
    "newsletter": listed("""
        newsletter, newsletters, daily briefing, morning briefing, evening briefing, weekly briefing, daily
        bulletin, daily digest, weekly digest, daily e mail, daily email, inbox, mailing list, sign up, signing
        up, email address, e mail address, email alerts, your email, your e mail, by email, by e mail, par mail,
        par e mail, lettre d information, infolettre, boîte mail, boîte aux lettres, m inscris, vous inscrivant,
        vous inscrire, courriel, postfach, boletín, boletin, boletines, bandeja de entrada, tu correo
    """),
    "contact": listed("""
        write to us, send us, text us, message us, newsdesk, newsroom, our reporter, our reporters, the author,
        feedback, your thoughts, news tips, story tips, a mistake, a tip, a story, check back, à la rédaction,
        nous écrire, contactez nous, schreiben sie uns, schreib uns, redaktion, escríbenos, redacción,
        contáctanos, contarnos
    """),
    "about": listed("""
        reader, readers, independent journalism, independent media, independent newsroom, independent magazine,
        nonprofit, non profit, funded, grant, without advertising, lecteur, lecteurs, indépendant, indépendante,
        sans publicité, leser, lesern, leserinnen, unabhängig, unabhängige, genossenschaft, lectores,
        independiente, sin publicidad
    """),
    "subscribe": listed("""
        subscriber, subscribers, subscription, member, members, membership, an account, your account, free
        account, my account, free article, free articles, donation, donations, journalism, app, notification,
        notifications, for reading, for watching, for your support, podcast, podcasts, smart speaker, paywall,
        free trial, one month trial, supporter, supporters, story idea, our standards, abonné, abonnés, abonnée,
        abonnées, abonnement, compte, appli, application, un don, presse libre, abonnent, abonnenten, abo, konto,
        mitglied, mediathek, spende, spenden, suscripción, suscriptor, suscriptores, socio, socia, socios,
        cuenta, periodismo, donación, aplicación
    """),
    "continue": listed("""
        continue reading, keep reading, unlimited access, to read the full, lire la suite, poursuivre la lecture,
        weiterlesen, seguir leyendo
    """),
}
"""What prompts are about, by what they are called when they are removed; the first kind counts."""

SUBSCRIBES = listed("""
    subscribe, sign up, unsubscribe, register, abonnez vous, abonnieren, suscríbete, regístrate
""")
ITSELF = listed("""
    this article, this story, this post, this page, this site, this website, this content, this video, these
    topics, our article, our page, our site, our website, our content, our video, our stories, full article, full
    story, original article, original story, topics in this, cet article, l article, d un article, cette
    actualité, toute l actualité, l actualité, toute l info, l info, ce contenu, cette page, la vidéo, cette
    vidéo, notre page, une erreur, diesen artikel, dieser artikel, diesem artikel, diesen beitrag, dieser
    beitrag, diesem beitrag, diesen inhalt, dieser inhalt, dieses thema, diese seite, den artikel, zum artikel,
    den beitrag, zum beitrag, zum thema, des inhalts, artikel, weiterlesen, este artículo, este contenido, esta
    noticia, esta página, las noticias, todas las noticias, un error
""")
NEWS = listed("""
    article, articles, story, stories, coverage, news, actualité, actualités, info, infos, nachrichten, noticias,
    contenido, contenu, content, topic, topics, post, posts, headlines, updates, question, questions
""")
NOT_NEWS = listed("news conference, news conferences")
WE = listed("""
    us, our, we, my, nous, notre, nos, uns, unser, unsere, unseren, unserem, unserer, nuestro, nuestra, nuestros,
    nuestras, síguenos, escríbenos, envíanos, gratis, free
""")
YOU = listed("""
    you, your, vous, votre, vos, sie, ihr, ihre, ihren, ihrem, dein, deine, deinen, dir, tu, tus, te
""")
HERE = listed("here, below, ici, hier, aquí, en un clic")
ROLES = listed("""
    author, writer, columnist, correspondent, reporter, editor, journalist, contributor, producer, journaliste,
    chroniqueur, chroniqueuse, rédacteur, rédactrice, correspondant, correspondante, autor, autorin, redakteur,
    redakteurin, korrespondent, korrespondentin, periodista, redactor, redactora, columnista, corresponsal
""")
"""What authors are when they are introduced."""

_PHRASES = frozenset[str]().union(*SUBJECTS.values(), SUBSCRIBES, ITSELF, NEWS, NOT_NEWS, WE, YOU, HERE, ROLES)
LAST_WORDS = frozenset(phrase.rpartition(" ")[2] for phrase in _PHRASES if " " in phrase)
"""What phrases end with: a text without any of these has no phrase of several words."""
