import { LightningElement, api } from "lwc";
import LANG from "@salesforce/i18n/lang";
import mine from "@salesforce/apex/CitizenRequests.mine";
import { SENTENCES, languageOf, say } from "c/suiviWords";

const ENDED = ["decided", "closed"];
const MOST = 100;

/** The signed-in citizen's requests: those that wait for them first, then those under way, then the finished. */
export default class SuiviDemandes extends LightningElement {
    /** The town hall's number, for whoever sees nothing here. */
    @api townPhone;
    language = languageOf(LANG);
    answer = null;
    hasFailed = false;
    isBusy = true;
    now = new Date();

    connectedCallback() {
        this.load();
    }

    async load() {
        this.isBusy = true;
        this.hasFailed = false;
        try {
            this.answer = await mine({ language: this.language });
            this.now = new Date();
        } catch {
            this.answer = null;
            this.hasFailed = true;
        }
        this.isBusy = false;
    }

    get words() {
        return Object.fromEntries(Object.entries(SENTENCES).map(([key, words]) => [key, words[this.language]]));
    }

    get lead() {
        if (this.isBusy) {
            return this.words.loading;
        }
        if (!this.answer) {
            return "";
        }
        const count = this.yours.length;
        if (count === 0) {
            return this.words.nothing_to_do;
        }
        return count === 1 ? this.words.to_do_one : say("to_do_many", this.language, { count });
    }

    get failedCall() {
        return say("failed_call", this.language, { phone: this.townPhone });
    }

    get isAway() {
        return Boolean(this.answer) && !this.answer.live;
    }

    get newestOnly() {
        const count = this.answer?.requests.length ?? 0;
        return count >= MOST ? say("newest_only", this.language, { count }) : null;
    }

    get isEmpty() {
        return Boolean(this.answer) && this.answer.requests.length === 0;
    }

    get groups() {
        const requests = this.answer?.requests ?? [];
        const yours = this.yours;
        const groups = [
            ["yours_to_act", yours],
            ["under_way", requests.filter((one) => !isEnded(one) && !yours.includes(one))],
            ["finished", requests.filter(isEnded)]
        ];
        return groups
            .filter(([, members]) => members.length > 0)
            .map(([key, members]) => ({ key, title: this.words[key], requests: members }));
    }

    get yours() {
        return (this.answer?.requests ?? []).filter((one) => one.waitingFor === "citizen" && !isEnded(one));
    }
}

function isEnded(request) {
    return ENDED.includes(request.phase);
}
