import { sorted } from '../../steps/sorted';
import type { Steps } from '../../steps/steps';

/** An image's place in a sequence of frames, by its name. */
export interface Frame {
	/** The name without the number, such as `front_#.jpg`. */
	readonly sequence: string;
	readonly number: number;
}

/**
 * Reads `front_000123.jpg` as frame 123 of `front_#.jpg`: the last number in the name counts the frames. Names say no more than that,
 * so single photographs that a camera has numbered look like one sequence. Nothing without a number.
 */
export function frameOf(imageName: string): Frame | undefined {
	const dot = imageName.lastIndexOf('.');
	const stem = dot > 0 ? imageName.slice(0, dot) : imageName;
	let end = stem.length;
	while (end > 0 && !isDigit(stem[end - 1])) end--;
	let start = end;
	while (start > 0 && isDigit(stem[start - 1])) start--;
	if (start === end || end - start > 15) return undefined;
	return {
		sequence: `${stem.slice(0, start)}#${stem.slice(end)}${imageName.slice(stem.length)}`,
		number: Number(stem.slice(start, end)),
	};
}

const isDigit = (character: string | undefined) => character !== undefined && character >= '0' && character <= '9';

export interface Sequence<Value> {
	readonly name: string;
	/** In the order of their numbers. */
	readonly frames: ReadonlyArray<{ readonly number: number; readonly value: Value }>;
}

/** The sequences of what has names, and what belongs to none. */
export function* sequencesOf<Value>(
	values: Iterable<Value>,
	nameOf: (value: Value) => string,
): Steps<{ readonly sequences: readonly Sequence<Value>[]; readonly others: readonly Value[] }> {
	const frames = new Map<string, Array<{ number: number; value: Value }>>();
	const others: Value[] = [];
	for (const value of values) {
		yield;
		const frame = frameOf(nameOf(value));
		if (frame === undefined) {
			others.push(value);
			continue;
		}
		const known = frames.get(frame.sequence);
		if (known === undefined) frames.set(frame.sequence, [{ number: frame.number, value }]);
		else known.push({ number: frame.number, value });
	}
	const sequences: Sequence<Value>[] = [];
	for (const [name, list] of frames)
		sequences.push({ name, frames: yield* sorted(list, (a, b) => a.number - b.number) });
	return { sequences, others };
}
