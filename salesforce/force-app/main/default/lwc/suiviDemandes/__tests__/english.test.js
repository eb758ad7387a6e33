import SuiviDemandes from "c/suiviDemandes";
import mine from "@salesforce/apex/CitizenRequests.mine";
import { aRequest, clear, shown, textOf } from "./page";

jest.mock("@salesforce/apex/CitizenRequests.mine", () => ({ default: jest.fn() }), { virtual: true });
jest.mock("@salesforce/apex/CitizenRequests.timeline", () => ({ default: jest.fn() }), { virtual: true });
jest.mock("@salesforce/i18n/lang", () => ({ default: "en-US" }), { virtual: true });

describe("on an English site", () => {
    afterEach(clear);

    it("says everything in English, and asks the bridge to", async () => {
        mine.mockResolvedValue({
            live: true,
            requests: [aRequest({ phase: "action_required", waitingFor: "citizen", service: "Planning" })]
        });
        const element = await shown("c-suivi-demandes", SuiviDemandes);
        expect(mine).toHaveBeenCalledWith({ language: "en" });
        const told = textOf(element);
        expect(told).toContain("One request is waiting for you.");
        expect(told).toContain("We need something from you.");
        expect(told).toContain("It is your turn to act.");
        expect(told).toContain("News from Planning:");
        expect(told).not.toMatch(/demande|Nouvelles/);
        expect(element.shadowRoot.querySelector("section").getAttribute("lang")).toBe("en");
    });
});
