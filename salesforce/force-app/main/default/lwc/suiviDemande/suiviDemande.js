import { LightningElement, api } from "lwc";
import timeline from "@salesforce/apex/CitizenRequests.timeline";
import { SENTENCES, actor, mark, say, sentence, shortWord } from "c/suiviWords";
import { dayInWords, isPast, momentInWords, whenInWords } from "c/suiviDates";

const ENDED = ["decided", "closed"];
const NEWS = { late: "news_late", unavailable: "news_down" };

/** One request: its status, who must act, how old the news are, and its steps on demand. */
export default class SuiviDemande extends LightningElement {
    @api request;
    @api language;
    @api now;
    steps = null;
    isOpen = false;
    hasFailed = false;

    async toggle() {
        this.isOpen = !this.isOpen;
        if (!this.isOpen || this.steps) {
            return;
        }
        this.hasFailed = false;
        try {
            this.steps = await timeline({ requestId: this.request.id, language: this.language });
        } catch {
            this.hasFailed = true;
        }
    }

    get words() {
        return Object.fromEntries(Object.entries(SENTENCES).map(([key, words]) => [key, words[this.language]]));
    }

    get isEnded() {
        return ENDED.includes(this.request.phase);
    }

    get isYours() {
        return this.request.waitingFor === "citizen" && !this.isEnded;
    }

    get cardClass() {
        return this.isYours ? "card yours" : "card";
    }

    get mark() {
        return mark(this.request.phase);
    }

    get shortWord() {
        return shortWord(this.request.phase, this.language);
    }

    get sentence() {
        return sentence(this.request, this.language);
    }

    get actor() {
        return this.isEnded ? null : actor(this.request.waitingFor, this.language);
    }

    get documents() {
        const items = this.request.items ?? [];
        return this.isYours && items.length ? say("documents", this.language, { items: items.join(", ") }) : null;
    }

    get due() {
        const day = this.request.dueOn;
        if (!day || !this.isYours) {
            return null;
        }
        const key = isPast(day, this.now) ? "due_past" : "due_on";
        return say(key, this.language, { day: dayInWords(day, this.language) });
    }

    get isLate() {
        return this.request.sourceState !== "ok";
    }

    get ageClass() {
        return this.isLate ? "age late" : "age";
    }

    get age() {
        const { sourceState, stoppedAt, observedAt, service } = this.request;
        if (sourceState === "stopped" && stoppedAt) {
            return say("news_stopped", this.language, { day: dayInWords(stoppedAt, this.language) });
        }
        const when = observedAt ? whenInWords(observedAt, this.now, this.language) : "?";
        if (!service) {
            return say("news_here", this.language, { when });
        }
        return say(NEWS[sourceState] ?? "news_from", this.language, { service, when });
    }

    get serviceWord() {
        const word = this.request.serviceWord;
        return word ? say("service_word", this.language, { word }) : null;
    }

    get call() {
        const phone = this.request.phone;
        return phone ? say("call_service", this.language, { phone }) : null;
    }

    get expanded() {
        return String(this.isOpen);
    }

    get areHidden() {
        return !this.isOpen;
    }

    get isEmpty() {
        return this.steps?.length === 0;
    }

    get toggleLabel() {
        return this.isOpen ? this.words.hide_steps : this.words.show_steps;
    }

    get stepsLabel() {
        return say("steps_of", this.language, { title: this.request.title });
    }

    get told() {
        return (this.steps ?? []).map((step) => ({
            id: step.id,
            when: step.occurred ? momentInWords(step.occurred, this.language) : "",
            sentence: sentence(step, this.language),
            note: step.note,
            movedBack: step.movedBack
        }));
    }
}
