import { dayInWords, isPast, momentInWords, whenInWords } from "c/suiviDates";

const NOW = new Date("2026-03-29T21:30:00Z");
const plain = (text) => text.replaceAll("\u00a0", " ");

describe("dates", () => {
    it.each([
        ["2026-03-12", "fr", "12 mars 2026"],
        ["2026-03-01", "fr", "1er mars 2026"],
        ["2026-03-11", "fr", "11 mars 2026"],
        ["2026-03-12", "en", "12 March 2026"],
        ["2026-03-11T23:30:00Z", "fr", "12 mars 2026"]
    ])("are said in full: %s in %s", (text, language, words) => {
        expect(plain(dayInWords(text, language))).toBe(words);
    });

    it.each([
        ["2026-03-29T03:10:00Z", "fr", "aujourd’hui à 5 h 10"],
        ["2026-03-28T22:05:00Z", "fr", "hier à 23 h 05"],
        ["2026-03-28T23:05:00Z", "fr", "aujourd’hui à 0 h 05"],
        ["2026-03-01T04:10:00Z", "en", "on 1 March 2026 at 5:10"],
        ["2026-03-28T12:00:00Z", "en", "yesterday at 13:00"]
    ])("are seen from now, in the town's own hours: %s in %s", (text, language, words) => {
        expect(plain(whenInWords(text, NOW, language))).toBe(words);
    });

    it("never invent an hour", () => {
        expect(plain(momentInWords("2026-03-12", "fr"))).toBe("12 mars 2026");
        expect(plain(momentInWords("2026-03-12T14:30+01:00", "fr"))).toBe("12 mars 2026, 14 h 30");
    });

    it("are past the day after, by the town's clock", () => {
        expect(isPast("2026-03-28", NOW)).toBe(true);
        expect(isPast("2026-03-29", NOW)).toBe(false);
        expect(isPast("2026-03-29", new Date("2026-03-29T22:30:00Z"))).toBe(true);
    });
});
