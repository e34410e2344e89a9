import type { Cost } from './measure';
import type { ServerReady } from './scenes';
import type { Builder, Pace, Work } from './workflows';

/** One piece of work, measured in a process of its own. */
export interface TransferOrder {
	readonly work: Work;
	readonly by: Builder | 'fetch';
	readonly count: number;
	readonly pace?: Pace;
	/** So many images or links go through before the clock starts; 20 if left out, which load what later ones share. */
	readonly warmUp?: number;
	readonly server: ServerReady;
	readonly photos: PreparedPhotos;
}

/** The same photographs as files and in the binary store of an n8n. */
export interface PreparedPhotos {
	readonly folder: string;
	readonly names: readonly string[];
	readonly userFolder: string;
	/** JSON of the items whose binary data they are. */
	readonly itemsFile: string;
}

export interface Transfer extends Cost {
	/** How many items came out. */
	readonly done: number;
}

export function urlsOf(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `https://images.example.com/2026/street_${index}.jpg`);
}
