/** Which server is wanted, as the first argument. */
export type Scene =
	/** A dataset, with so many photographs of about 200 kB. */
	| { readonly scene: 'images'; readonly count: number }
	/** A project with so many images to label, behind imports that take as long as the real server's. */
	| { readonly scene: 'predictions'; readonly count: number }
	/** A project whose export is the file. */
	| { readonly scene: 'export'; readonly file: string };

/** What the server tells when it is ready. */
export interface ServerReady {
	readonly url: string;
	readonly token: string;
	readonly datasetId: string;
	/** Another one, for what warms up. */
	readonly warmUpDatasetId: string;
	readonly projectId: string;
	readonly imageIds: readonly string[];
}

/** Asks for the number of requests so far, or of images in the dataset. */
export type ServerCommand = 'requests' | 'images';

/** Milliseconds that each answer takes longer. */
export const LATENCY = 10;
