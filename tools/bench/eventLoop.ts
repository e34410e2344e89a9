import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setInterval } from 'node:timers';

/** How long the event loop was held by one turn, at most. */
export interface LoopDelay {
	/** Milliseconds of this thread's processor time between two turns, which other programs on the machine disturb little. */
	readonly longestBlock: number;
	/** Milliseconds by the clock, as `monitorEventLoopDelay` measures it. */
	readonly longestDelay: number;
}

/** Watches the event loop from now on, until the function that is returned is called. */
export function watchEventLoop(): () => LoopDelay {
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	let longestBlock = 0;
	let last = process.threadCpuUsage();
	const look = () => {
		const { user, system } = process.threadCpuUsage(last);
		last = process.threadCpuUsage();
		longestBlock = Math.max(longestBlock, (user + system) / 1000);
	};
	const timer = setInterval(look, 1);
	return () => {
		look();
		clearInterval(timer);
		delay.disable();
		return { longestBlock, longestDelay: Math.max(0, delay.max / 1e6 - 1) };
	};
}
