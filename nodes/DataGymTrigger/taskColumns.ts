import type { Steps } from '@datagym/labels';

/** What is kept of so many tasks at most is in one piece, which is worked on in one step. */
const PIECE = 1 << 14;
/** Most lists are short. */
const FIRST_PIECE = 1 << 6;

/** What is kept of each task of a list, in 21 bytes: a list can have millions. */
export interface TaskPiece {
	readonly length: number;
	/** At all bits. */
	readonly hashes: Float64Array;
	/** Where the task is among those that are remembered; -1 if it is not. */
	readonly known: Int32Array;
	/** Codes, as in memory/kinds.ts, with `DISCARDED` or without. */
	readonly states: Uint8Array;
	/** Hashes of the images' IDs; empty unless they are wanted. */
	readonly images: Float64Array;
}

/** Added to the code of a state: the task does not pass the filters. */
export const DISCARDED = 128;

/** A list of tasks in columns, piece by piece, so that it grows without being copied. */
export class TaskColumns {
	private readonly pieces: OpenPiece[] = [];
	private count = 0;

	constructor(readonly withImages: boolean) {}

	get length(): number {
		return this.count;
	}

	add(hash: number, known: number, state: number, image: number): void {
		const piece = this.openPiece();
		const index = piece.length++;
		piece.hashes[index] = hash;
		piece.known[index] = known;
		piece.states[index] = state;
		if (this.withImages) piece.images[index] = image;
		this.count++;
	}

	private openPiece(): OpenPiece {
		const last = this.pieces.at(-1);
		if (last !== undefined && last.length < last.hashes.length) return last;
		const piece = newPiece(Math.min(PIECE, Math.max(FIRST_PIECE, this.count)), this.withImages);
		this.pieces.push(piece);
		return piece;
	}

	/** Gives each piece, and then lets it go. */
	*drain(take: (piece: TaskPiece) => void): Steps<void> {
		for (let piece = this.pieces.shift(); piece !== undefined; piece = this.pieces.shift()) {
			take(piece);
			yield;
		}
		this.count = 0;
	}
}

type OpenPiece = TaskPiece & { length: number };

function newPiece(size: number, withImages: boolean): OpenPiece {
	return {
		length: 0,
		hashes: new Float64Array(size),
		known: new Int32Array(size),
		states: new Uint8Array(size),
		images: new Float64Array(withImages ? size : 0),
	};
}
