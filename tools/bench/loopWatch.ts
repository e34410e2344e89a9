import { threadCpuUsage } from 'node:process';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What held this process's event loop longest, in milliseconds. */
export interface LongestHold {
	/** By the clock, in which others on the machine may have had the processor. */
	readonly longestStop: number;
	/** Of processor time between two turns, which others disturb less. */
	readonly longestBlock: number;
}

/** Milliseconds between two looks; each takes some microseconds. */
const BETWEEN_LOOKS = 1;

/** Watches the event loop until `stop`, from the next turn on. */
export function watchLoop(): { stop(): LongestHold } {
	const delay = monitorEventLoopDelay({ resolution: BETWEEN_LOOKS });
	let used = processorTime();
	let longestBlock = 0;
	const look = () => {
		const now = processorTime();
		longestBlock = Math.max(longestBlock, now - used);
		used = now;
	};
	delay.enable();
	const timer = setInterval(look, BETWEEN_LOOKS);
	return {
		stop: () => {
			look();
			clearInterval(timer);
			delay.disable();
			return { longestStop: Math.max(delay.max / 1e6, longestBlock), longestBlock };
		},
	};
}

/** Milliseconds of this thread on a processor. */
function processorTime(): number {
	const { user, system } = threadCpuUsage();
	return (user + system) / 1000;
}
