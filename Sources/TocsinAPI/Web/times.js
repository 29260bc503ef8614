// Durations and points in time as people write and read them. Times are milliseconds since 1970; what is shown is in
// the browser's zone.

const units = [["w", 604_800_000], ["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1000]];
const longest = 100 * 365 * 86_400_000;

// Milliseconds of "1d 2h", "90m", "1.5h"; null if it is no duration.
export function parseDuration(text) {
    const compact = text.toLowerCase().replace(/\s+/g, "");
    if (!/^(\d+(\.\d+)?[wdhms])+$/.test(compact)) return null;
    let sum = 0;
    for (const [, number, unit] of compact.matchAll(/(\d+(?:\.\d+)?)([wdhms])/g)) {
        sum += Number(number) * units.find(([name]) => name === unit)[1];
    }
    return Number.isFinite(sum) && sum > 0 && sum <= longest ? Math.round(sum) : null;
}

// "1d 2h"; of what is longer than a minute, the seconds are left out if `isRough`.
export function formatDuration(milliseconds, { isRough = false, parts = 9 } = {}) {
    let rest = Math.max(0, Math.round(milliseconds / 1000)) * 1000;
    const words = [];
    for (const [unit, length] of units) {
        if (isRough && unit === "s" && words.length > 0) break;
        const count = Math.floor(rest / length);
        if (count === 0) {
            if (isRough && words.length > 0) break;
            continue;
        }
        words.push(`${count}${unit}`);
        rest -= count * length;
        if (words.length === parts) break;
    }
    return words.join(" ") || "0s";
}

// "12m ago", "in 2h 5m".
export function relative(time, now) {
    if (Math.abs(time - now) < 1000) return "now";
    const length = formatDuration(Math.abs(time - now), { isRough: true, parts: 2 });
    return time < now ? `${length} ago` : `in ${length}`;
}

const two = (number) => String(number).padStart(2, "0");

const day = (date) => `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

// "03:12:05" for today, "2026-11-22 03:12" otherwise.
export function absolute(time, now) {
    const date = new Date(time);
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    return day(date) === day(new Date(now)) ? `${clock}:${two(date.getSeconds())}` : `${day(date)} ${clock}`;
}

// What an <input type="datetime-local"> holds, to the minute.
export function toField(time) {
    const date = new Date(time);
    return `${day(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

// Null if the field is empty or holds no time.
export function fromField(text) {
    const match = /^(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
    if (!match) return null;
    const [year, month, date, hour, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
    const time = new Date(year, month - 1, date, hour, minutes, seconds).getTime();
    return Number.isFinite(time) ? time : null;
}

// A period of which start, end and length always agree: whoever moves the start or sets the length moves the end,
// whoever moves the end sets the length. As long as nobody sets a start it is now.
export class Period {
    constructor({ start = null, length = 7_200_000 } = {}) {
        this.fixedStart = start;
        this.length = length;
        this.fixedEnd = null;
    }

    start(now) {
        return this.fixedStart ?? now;
    }

    end(now) {
        return this.fixedEnd ?? this.start(now) + this.length;
    }

    duration(now) {
        return this.end(now) - this.start(now);
    }

    setStart(time) {
        if (this.fixedEnd !== null && this.fixedStart !== null) this.length = this.fixedEnd - this.fixedStart;
        this.fixedStart = time;
        this.fixedEnd = null;
    }

    setEnd(time, now) {
        this.fixedEnd = time;
        this.length = Math.max(0, time - this.start(now));
    }

    setLength(length) {
        this.length = length;
        this.fixedEnd = null;
    }
}
