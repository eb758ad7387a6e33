import SuiviDemandes from "c/suiviDemandes";
import mine from "@salesforce/apex/CitizenRequests.mine";
import { aRequest, clear, faultsOf, settled, shown, textOf } from "./page";

jest.mock("@salesforce/apex/CitizenRequests.mine", () => ({ default: jest.fn() }), { virtual: true });
jest.mock("@salesforce/apex/CitizenRequests.timeline", () => ({ default: jest.fn() }), { virtual: true });
jest.mock("@salesforce/i18n/lang", () => ({ default: "fr" }), { virtual: true });

const TAG = "c-suivi-demandes";

function answers(...requests) {
    mine.mockResolvedValue({ live: true, requests });
}

describe("the list of requests", () => {
    afterEach(clear);

    it("says first whether the citizen has something to do", async () => {
        answers(aRequest({ phase: "action_required", waitingFor: "citizen" }), aRequest({ id: "c_2" }));
        const element = await shown(TAG, SuiviDemandes);
        expect(element.shadowRoot.querySelector(".lead").textContent).toBe("Une demande vous attend.");
        const groups = [...element.shadowRoot.querySelectorAll("h3")].map((title) => title.textContent);
        expect(groups).toEqual(["À vous de jouer", "En cours"]);
    });

    it("puts what has ended last, and lets nobody act on it", async () => {
        answers(
            aRequest({ id: "c_1", phase: "closed", outcome: "done", waitingFor: "citizen" }),
            aRequest({ id: "c_2" })
        );
        const element = await shown(TAG, SuiviDemandes);
        expect(element.shadowRoot.querySelector(".lead").textContent).toBe("Vous n’avez rien à faire.");
        const groups = [...element.shadowRoot.querySelectorAll("h3")].map((title) => title.textContent);
        expect(groups).toEqual(["En cours", "Terminées"]);
    });

    it("counts several requests that wait for the citizen", async () => {
        const waiting = { phase: "to_pay", waitingFor: "citizen" };
        answers(aRequest({ ...waiting, id: "c_1" }), aRequest({ ...waiting, id: "c_2" }));
        const element = await shown(TAG, SuiviDemandes);
        expect(element.shadowRoot.querySelector(".lead").textContent).toBe("2 demandes vous attendent.");
    });

    it("says that it knows of no request, and what to do then", async () => {
        answers();
        const element = await shown(TAG, SuiviDemandes, { townPhone: "01 00 00 00 00" });
        expect(textOf(element)).toContain("Nous ne connaissons aucune demande à votre nom.");
        expect(textOf(element)).toContain("01 00 00 00 00");
    });

    it("says so when the org answers in place of the bridge", async () => {
        mine.mockResolvedValue({ live: false, requests: [aRequest({ service: null })] });
        const element = await shown(TAG, SuiviDemandes);
        expect(element.shadowRoot.querySelector(".away").textContent).toContain("ne répond pas");
        expect(textOf(element)).toContain("Dernières nouvelles reçues");
    });

    it("offers a way out when nothing can be read, and tries again", async () => {
        mine.mockRejectedValueOnce(new Error("no"));
        const element = await shown(TAG, SuiviDemandes, { townPhone: "01 00 00 00 00" });
        const alert = element.shadowRoot.querySelector('[role="alert"]');
        expect(alert.textContent).toContain("Nous n’arrivons pas à lire vos demandes.");
        expect(alert.textContent).toContain("01 00 00 00 00");
        answers(aRequest());
        alert.querySelector("button").click();
        await settled();
        expect(element.shadowRoot.querySelector('[role="alert"]')).toBeNull();
        expect(mine).toHaveBeenCalledTimes(2);
        expect(element.shadowRoot.querySelectorAll("c-suivi-demande")).toHaveLength(1);
    });

    it("says when it shows the newest only", async () => {
        answers(...Array.from({ length: 100 }, (_, number) => aRequest({ id: `c_${number}` })));
        const element = await shown(TAG, SuiviDemandes);
        expect(element.shadowRoot.querySelector(".newest").textContent).toContain("100 demandes les plus récentes");
    });

    it("says that it is looking while it looks", async () => {
        mine.mockReturnValue(new Promise(() => {}));
        const element = await shown(TAG, SuiviDemandes);
        expect(element.shadowRoot.querySelector(".lead").textContent).toBe("Nous cherchons vos demandes…");
        expect(element.shadowRoot.querySelector("section").getAttribute("aria-busy")).toBe("true");
    });

    it("asks in the language of the site", async () => {
        answers();
        await shown(TAG, SuiviDemandes);
        expect(mine).toHaveBeenCalledWith({ language: "fr" });
    });

    it.each([
        ["a list", () => answers(aRequest({ phase: "action_required", waitingFor: "citizen" }), aRequest({ id: "c_2" }))],
        ["nothing", () => answers()],
        ["a failure", () => mine.mockRejectedValueOnce(new Error("no"))]
    ])("has no fault an assistive technology meets, with %s", async (_name, prepare) => {
        prepare();
        const element = await shown(TAG, SuiviDemandes);
        expect(await faultsOf(element)).toEqual([]);
    });
});
