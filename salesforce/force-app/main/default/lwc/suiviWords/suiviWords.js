/**
 * The words of the component, in French and English. Those of a status are the bridge's own: a test holds
 * them equal to bridge/domain/words.py, and the others to bridge/http/page_words.yaml where they are the same.
 */

/** What is happening, for a request that has not ended. */
export const PHASES = {
    received: {
        fr: "Votre demande est bien arrivée.",
        en: "We have received your request."
    },
    in_progress: {
        fr: "Un agent étudie votre demande.",
        en: "Someone is working on your request."
    },
    action_required: {
        fr: "Nous avons besoin de vous.",
        en: "We need something from you."
    },
    awaiting_third_party: {
        fr: "Nous attendons la réponse d’un autre service.",
        en: "We are waiting for another service."
    },
    scheduled: {
        fr: "L’intervention est prévue.",
        en: "The work is planned."
    },
    to_pay: {
        fr: "Il reste une somme à payer.",
        en: "There is something to pay."
    },
    ready: {
        fr: "C’est prêt.",
        en: "It is ready."
    },
    unknown: {
        fr: "Nous vérifions où en est votre demande.",
        en: "We are checking where your request stands."
    }
};

/** How a request ended. */
export const OUTCOMES = {
    accepted: {
        fr: "Votre demande est acceptée.",
        en: "Your request is accepted."
    },
    partly_accepted: {
        fr: "Votre demande est acceptée en partie.",
        en: "Your request is partly accepted."
    },
    refused: {
        fr: "Votre demande est refusée.",
        en: "Your request is refused."
    },
    done: {
        fr: "C’est fait.",
        en: "It is done."
    },
    closed_without_decision: {
        fr: "Le dossier est fermé, sans décision.",
        en: "The file is closed without a decision."
    },
    withdrawn: {
        fr: "Vous avez retiré votre demande.",
        en: "You withdrew your request."
    },
    transferred: {
        fr: "Votre demande est passée à un autre service.",
        en: "Your request went to another service."
    },
    duplicate: {
        fr: "Une autre demande dit la même chose : nous suivons celle-là.",
        en: "Another request says the same: we follow that one."
    }
};

/** Added when silence decided. */
export const TACIT = {
    fr: " Le délai est passé sans réponse : c’est la loi qui décide.",
    en: " The time limit passed without an answer: the law decides."
};

/** One word for a phase, beside its mark. */
export const SHORT = {
    received: {
        fr: "Reçue",
        en: "Received"
    },
    in_progress: {
        fr: "En cours",
        en: "Under way"
    },
    action_required: {
        fr: "À vous",
        en: "Your turn"
    },
    awaiting_third_party: {
        fr: "En attente",
        en: "Waiting"
    },
    scheduled: {
        fr: "Prévue",
        en: "Planned"
    },
    to_pay: {
        fr: "À payer",
        en: "To pay"
    },
    ready: {
        fr: "Prête",
        en: "Ready"
    },
    decided: {
        fr: "Décidée",
        en: "Decided"
    },
    closed: {
        fr: "Terminée",
        en: "Finished"
    },
    unknown: {
        fr: "En vérification",
        en: "Being checked"
    }
};

/** Everything else the component says. */
export const SENTENCES = {
    nothing_to_do: {
        fr: "Vous n’avez rien à faire.",
        en: "There is nothing you have to do."
    },
    to_do_one: {
        fr: "Une demande vous attend.",
        en: "One request is waiting for you."
    },
    to_do_many: {
        fr: "{count} demandes vous attendent.",
        en: "{count} requests are waiting for you."
    },
    yours_to_act: {
        fr: "À vous de jouer",
        en: "Your turn"
    },
    under_way: {
        fr: "En cours",
        en: "Under way"
    },
    finished: {
        fr: "Terminées",
        en: "Finished"
    },
    no_cases: {
        fr: "Nous ne connaissons aucune demande à votre nom.",
        en: "We know of no request in your name."
    },
    no_cases_why: {
        fr: "Une demande faite avant FranceConnect, ou sous un autre nom, peut manquer ici. Appelez la mairie avec son numéro : un agent vous dira où elle en est.",
        en: "A request made before FranceConnect, or under another name, may be missing here. Call the town hall with its number: somebody will tell you where it stands."
    },
    newest_only: {
        fr: "Voici vos {count} demandes les plus récentes.",
        en: "These are your {count} latest requests."
    },
    reference: {
        fr: "Numéro",
        en: "Number"
    },
    actor_citizen: {
        fr: "C’est à vous d’agir.",
        en: "It is your turn to act."
    },
    actor_town: {
        fr: "C’est à nous d’agir.",
        en: "It is our turn to act."
    },
    actor_third_party: {
        fr: "Un autre service doit répondre.",
        en: "Another service has to answer."
    },
    actor_nobody: {
        fr: "Personne n’a plus rien à faire.",
        en: "Nobody has anything left to do."
    },
    actor_unknown: {
        fr: "Nous regardons qui doit agir.",
        en: "We are looking at who has to act."
    },
    news_from: {
        fr: "Nouvelles du service {service} : {when}.",
        en: "News from {service}: {when}."
    },
    news_late: {
        fr: "Le service {service} tarde à donner des nouvelles. Voici ce que nous savions {when}.",
        en: "The news from {service} is late. This is what we knew {when}."
    },
    news_stopped: {
        fr: "Ce service ne nous donne plus de nouvelles de ce dossier depuis le {day}.",
        en: "This service has sent no news of this file since {day}."
    },
    service_word: {
        fr: "Mot du service : « {word} »",
        en: "The service’s own word: “{word}”"
    },
    due_on: {
        fr: "Au plus tard le {day}.",
        en: "By {day}."
    },
    due_past: {
        fr: "La date du {day} est passée : appelez le service.",
        en: "The date of {day} has passed: call the service."
    },
    today_at: {
        fr: "aujourd’hui à {time}",
        en: "today at {time}"
    },
    yesterday_at: {
        fr: "hier à {time}",
        en: "yesterday at {time}"
    },
    day_at: {
        fr: "le {day} à {time}",
        en: "on {day} at {time}"
    },
    news_down: {
        fr: "Nous n’arrivons pas à lire les nouvelles du service {service}. Voici ce que nous savions {when}.",
        en: "We cannot read the news from {service} at the moment. This is what we knew {when}."
    },
    news_here: {
        fr: "Dernières nouvelles reçues : {when}.",
        en: "Latest news received: {when}."
    },
    away: {
        fr: "Le suivi en direct ne répond pas. Voici les dernières nouvelles que cet espace a reçues.",
        en: "The live news do not answer. This is the latest news this site has received."
    },
    loading: {
        fr: "Nous cherchons vos demandes…",
        en: "We are looking for your requests…"
    },
    failed: {
        fr: "Nous n’arrivons pas à lire vos demandes. Elles ne sont pas perdues : les services continuent de les traiter.",
        en: "We cannot read your requests. They are not lost: the services go on handling them."
    },
    failed_call: {
        fr: "Vous pouvez aussi appeler la mairie : {phone}.",
        en: "You can also call the town hall: {phone}."
    },
    retry: {
        fr: "Réessayer",
        en: "Try again"
    },
    title: {
        fr: "Suivi de mes demandes",
        en: "My requests"
    },
    show_steps: {
        fr: "Voir les étapes",
        en: "Show the steps"
    },
    hide_steps: {
        fr: "Cacher les étapes",
        en: "Hide the steps"
    },
    steps_of: {
        fr: "Étapes de la demande : {title}",
        en: "Steps of the request: {title}"
    },
    steps_failed: {
        fr: "Les étapes ne s’affichent pas pour le moment. Réessayez dans quelques minutes.",
        en: "The steps cannot be shown at the moment. Try again in a few minutes."
    },
    no_steps: {
        fr: "Aucune étape n’est connue.",
        en: "No step is known."
    },
    moved_back: {
        fr: "Le dossier est revenu en arrière.",
        en: "The file moved back a step."
    },
    note: {
        fr: "Message du service",
        en: "Message from the service"
    },
    call_service: {
        fr: "Une question ? Appelez le service : {phone}.",
        en: "A question? Call the service: {phone}."
    },
    documents: {
        fr: "Il manque : {items}.",
        en: "Missing: {items}."
    }
};

const MARKS = {
    action_required: "!",
    to_pay: "!",
    ready: "!",
    decided: "✓",
    closed: "✓"
};

/** Give the language of the words for a language of the platform, such as "en-US" or "fr". */
export function languageOf(platformLanguage) {
    return String(platformLanguage ?? "").toLowerCase().startsWith("en") ? "en" : "fr";
}

/** Give a sentence with its gaps filled. */
export function say(key, language, values = {}) {
    return SENTENCES[key][language].replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

/** Give the sentence for a status: the bridge's own where it sent one, else ours. */
export function sentence(status, language) {
    if (status.text) {
        return status.text;
    }
    const words = OUTCOMES[status.outcome] ?? PHASES[status.phase] ?? PHASES.unknown;
    return words[language] + (status.tacit ? TACIT[language] : "");
}

/** Give who must act, as a sentence. */
export function actor(waitingFor, language) {
    return say(`actor_${waitingFor}` in SENTENCES ? `actor_${waitingFor}` : "actor_unknown", language);
}

/** Give one word for a phase. */
export function shortWord(phase, language) {
    return (SHORT[phase] ?? SHORT.unknown)[language];
}

/** Give the mark that stands beside the word, so that nothing is told by colour alone. */
export function mark(phase) {
    return MARKS[phase] ?? "…";
}
