import { LatencyWindow } from './latencyWindow';

/** Limits, so close together that no server is fastest between two of them by much. */
export const LEVELS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 19, 22, 26, 32];
/** What a server gets before anything is known of it. */
export const HOME = LEVELS.indexOf(6);

/** The requests that begin while a limit holds. */
export interface Window {
	/** An index of `LEVELS`. */
	readonly level: number;
	readonly latencies: LatencyWindow;
	readonly begun: number;
	/** Milliseconds times the places that were taken. */
	taken: number;
	overloaded: number;
	/** Places that worked on its requests, on average. */
	places: number;
}

/** What one window has shown against another. */
export interface Round {
	/** By how much its throughput is better, as a logarithm. */
	gain: number;
	variance: number;
}

export function windowOf(level: number, begun: number): Window {
	return { level, begun, latencies: new LatencyWindow(), taken: 0, overloaded: 0, places: limitOf({ level }) };
}

export const limitOf = ({ level }: Pick<Window, 'level'>) => LEVELS[level] ?? 1;

/** The highest level that is not above the limit. */
export const levelAt = (limit: number) =>
	Math.max(
		0,
		LEVELS.findLastIndex((each) => each <= limit),
	);

export const overloadOf = ({ overloaded, latencies }: Pick<Window, 'overloaded' | 'latencies'>) =>
	overloaded / (overloaded + latencies.count);

/** By Little's law. What is refused has cost the server, too. */
export function gainOf(window: Window, base: Window): Round | undefined {
	const slowness = window.latencies.slownessAgainst(base.latencies);
	if (slowness === undefined) return undefined;
	const work = ({ places, ...other }: Window) => places * (1 - overloadOf(other)) ** 2;
	return { gain: Math.log(work(window) / work(base)) - slowness.mean, variance: slowness.variance };
}
