/** Dates as people say them: "12 mars 2026", "hier à 5 h 10". */
import { say } from "c/suiviWords";

const ZONE = "Europe/Paris";
const LOCALES = { fr: "fr-FR", en: "en-GB" };
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const NO_BREAK = "\u00a0";

/** Give a day (2026-03-12), or the day of an instant, in full and held on one line. */
export function dayInWords(text, language) {
    const day = DAY_ONLY.test(text) ? new Date(`${text}T12:00:00Z`) : new Date(text);
    const zone = DAY_ONLY.test(text) ? "UTC" : ZONE;
    const words = format(day, language, zone, { day: "numeric", month: "long", year: "numeric" });
    const whole = language === "fr" ? words.replace(/^1 /, "1er ") : words;
    return whole.replaceAll(" ", NO_BREAK);
}

/** Give a day, with the hour only where the service knows it. */
export function momentInWords(text, language) {
    const day = dayInWords(text, language);
    return DAY_ONLY.test(text) ? day : `${day}, ${hourInWords(new Date(text), language)}`;
}

/** Give an instant as seen from now: today, yesterday, or the day. */
export function whenInWords(text, now, language) {
    const at = new Date(text);
    const time = hourInWords(at, language);
    const days = daysBetween(at, now);
    if (days === 0) {
        return say("today_at", language, { time });
    }
    if (days === 1) {
        return say("yesterday_at", language, { time });
    }
    return say("day_at", language, { day: dayInWords(text, language), time });
}

/** Whether a day (2026-03-12) is over in the town. */
export function isPast(day, now) {
    return day < townDay(now);
}

function hourInWords(at, language) {
    const parts = { hour: "numeric", minute: "2-digit", hour12: false };
    const [hour, minute] = format(at, "en", ZONE, parts).split(":");
    const plain = String(Number(hour) % 24);
    return language === "fr" ? `${plain}${NO_BREAK}h${NO_BREAK}${minute}` : `${plain}:${minute}`;
}

function daysBetween(at, now) {
    return Math.round((Date.parse(townDay(now)) - Date.parse(townDay(at))) / 86400000);
}

function townDay(at) {
    return new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(at);
}

function format(at, language, timeZone, parts) {
    return new Intl.DateTimeFormat(LOCALES[language], { timeZone, ...parts }).format(at);
}
