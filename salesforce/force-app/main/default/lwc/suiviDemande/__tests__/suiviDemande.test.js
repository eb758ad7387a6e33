import SuiviDemande from "c/suiviDemande";
import timeline from "@salesforce/apex/CitizenRequests.timeline";
import { OUTCOMES, PHASES, SENTENCES } from "c/suiviWords";
import { NOW, aRequest, clear, faultsOf, settled, shown, textOf } from "../../suiviDemandes/__tests__/page";

jest.mock("@salesforce/apex/CitizenRequests.timeline", () => ({ default: jest.fn() }), { virtual: true });

function card(changes = {}, language = "fr") {
    return shown("c-suivi-demande", SuiviDemande, { request: aRequest(changes), language, now: NOW });
}

function said(element, selector) {
    return element.shadowRoot.querySelector(selector)?.textContent.replaceAll("\u00a0", " ") ?? null;
}

async function opened(element) {
    element.shadowRoot.querySelector("button").click();
    await settled();
}

describe("one request", () => {
    afterEach(clear);

    it.each(Object.keys(PHASES))("says the sentence of the phase %s, in both languages", async (phase) => {
        for (const language of ["fr", "en"]) {
            // eslint-disable-next-line no-await-in-loop -- two cards, one after the other
            const element = await card({ phase }, language);
            expect(said(element, ".sentence")).toBe(PHASES[phase][language]);
            expect(said(element, ".word")).not.toBe("");
            expect(said(element, ".mark")).not.toBe("");
        }
    });

    it.each(Object.keys(OUTCOMES))("says how it ended: %s", async (outcome) => {
        const element = await card({ phase: "closed", outcome, waitingFor: "nobody" });
        expect(said(element, ".sentence")).toBe(OUTCOMES[outcome].fr);
        expect(said(element, ".actor")).toBeNull();
    });

    it("says that the law decided when silence did", async () => {
        const element = await card({ phase: "decided", outcome: "accepted", tacit: true });
        expect(said(element, ".sentence")).toBe(
            "Votre demande est acceptée. Le délai est passé sans réponse : c’est la loi qui décide."
        );
    });

    it("lets the bridge's own sentence stand, also for a phase it does not know", async () => {
        expect(said(await card({ phase: "brand_new", text: "Du nouveau." }), ".sentence")).toBe("Du nouveau.");
        expect(said(await card({ phase: "brand_new" }), ".sentence")).toBe(PHASES.unknown.fr);
    });

    it.each(["citizen", "town", "third_party", "nobody", "unknown"])("says who must act: %s", async (who) => {
        expect(said(await card({ waitingFor: who }), ".actor")).toBe(SENTENCES[`actor_${who}`].fr);
    });

    it("says what is missing and until when, and when that day has passed", async () => {
        const yours = { phase: "action_required", waitingFor: "citizen", items: ["plan de masse", "photo"] };
        const element = await card({ ...yours, dueOn: "2026-04-01" });
        expect(said(element, ".documents")).toBe("Il manque : plan de masse, photo.");
        expect(said(element, ".due")).toBe("Au plus tard le 1er avril 2026.");
        expect(said(await card({ ...yours, dueOn: "2026-03-12" }), ".due")).toContain("est passée");
        expect(said(await card({ ...yours, dueOn: "2026-03-13" }), ".due")).toContain("Au plus tard");
    });

    it.each([
        ["ok", "Nouvelles du service Urbanisme : aujourd’hui à 5 h 10."],
        ["late", "Le service Urbanisme tarde à donner des nouvelles. Voici ce que nous savions aujourd’hui à 5 h 10."],
        ["unavailable", "Nous n’arrivons pas à lire les nouvelles du service Urbanisme. Voici ce que nous savions aujourd’hui à 5 h 10."]
    ])("says how old the news are when the source is %s", async (sourceState, sentence) => {
        const element = await card({ sourceState });
        expect(said(element, ".age")).toBe(sentence);
        expect(element.shadowRoot.querySelector(".late") === null).toBe(sourceState === "ok");
    });

    it("says since when a service has stopped reporting it", async () => {
        const element = await card({ sourceState: "stopped", stoppedAt: "2026-03-01T23:30:00Z" });
        expect(said(element, ".age")).toBe(
            "Ce service ne nous donne plus de nouvelles de ce dossier depuis le 2 mars 2026."
        );
    });

    it("shows its steps when asked, once, with the hour only where it is known", async () => {
        timeline.mockResolvedValue([
            { id: "e_1", occurred: "2026-02-27", phase: "received", outcome: null, tacit: false },
            {
                id: "e_2",
                occurred: "2026-03-12T14:30+01:00",
                phase: "in_progress",
                outcome: null,
                tacit: false,
                movedBack: true,
                note: "Merci."
            }
        ]);
        const element = await card();
        const button = element.shadowRoot.querySelector("button");
        expect([button.getAttribute("aria-expanded"), button.textContent]).toEqual(["false", "Voir les étapes"]);
        expect(element.shadowRoot.querySelector(".steps").hidden).toBe(true);
        await opened(element);
        expect([button.getAttribute("aria-expanded"), button.textContent]).toEqual(["true", "Cacher les étapes"]);
        const steps = [...element.shadowRoot.querySelectorAll("li")].map((step) =>
            [...step.children].map((part) => part.textContent.replaceAll("\u00a0", " "))
        );
        expect(steps).toEqual([
            ["27 février 2026", "Votre demande est bien arrivée."],
            [
                "12 mars 2026, 14 h 30",
                "Un agent étudie votre demande.",
                "Le dossier est revenu en arrière.",
                "Merci."
            ]
        ]);
        await opened(element);
        await opened(element);
        expect(timeline).toHaveBeenCalledTimes(1);
    });

    it("says that the steps cannot be shown, and asks again the next time", async () => {
        timeline.mockRejectedValueOnce(new Error("no")).mockResolvedValueOnce([]);
        const element = await card();
        await opened(element);
        expect(said(element, '[role="alert"]')).toContain("ne s’affichent pas");
        await opened(element);
        await opened(element);
        expect(textOf(element)).toContain("Aucune étape n’est connue.");
    });

    it("has no fault an assistive technology meets, closed and open", async () => {
        timeline.mockResolvedValue([{ id: "e_1", occurred: "2026-02-27", phase: "received", tacit: false }]);
        const element = await card({ note: "Votre arrêté.", phone: "01 00 00 00 00" });
        expect(await faultsOf(element)).toEqual([]);
        await opened(element);
        expect(await faultsOf(element)).toEqual([]);
    });

    it("would be told of a fault: the checker finds a button without a name", async () => {
        const element = await card();
        const nameless = document.createElement("button");
        document.body.appendChild(nameless);
        expect(await faultsOf(document.body)).toContain("button-name");
        expect(await faultsOf(element)).toEqual([]);
    });
});
