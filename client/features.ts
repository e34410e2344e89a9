import { DataGymError } from './errors';

/**
 * `media`: DataGym 0.29 and its neighbors, whose paths and fields say media. `image`: the API documented in 2020, without
 * tasks, whose paths and fields say image. `open-core`: the released open core, by the API of its user interface, without tokens.
 */
export type Generation = 'media' | 'image' | 'open-core';

/** What only some servers can do. */
export type Feature = keyof typeof FEATURES;

interface Availability {
	/** What is said of a server without it: completes the sentence "This DataGym server …". */
	readonly lack: string;
	readonly servers: readonly Generation[];
}

/** The one table of what each kind of server can do, in docs/contract.md#which-server-has-what with the reasons. */
const FEATURES = {
	tasks: { lack: 'has no tasks', servers: ['media', 'open-core'] },
	singleLabels: { lack: 'cannot read or change single labels', servers: ['media', 'open-core'] },
	videos: { lack: 'has no videos', servers: ['media', 'open-core'] },
	segmentation: { lack: 'has no AI segmentation', servers: ['media', 'open-core'] },
	projectChanges: { lack: 'cannot create, change or delete projects', servers: ['open-core'] },
	datasetDeletion: { lack: 'cannot delete datasets', servers: ['open-core'] },
	taskRelease: { lack: 'cannot release tasks', servers: ['open-core'] },
	reviews: { lack: 'cannot review or reopen tasks', servers: ['open-core'] },
	taskCounts: { lack: 'cannot count tasks by status', servers: ['open-core'] },
	labelAuthors: { lack: 'does not tell who made a label', servers: ['media'] },
	labelConfigReads: { lack: 'cannot return a label configuration', servers: ['open-core'] },
	labelConfigUpdates: { lack: 'cannot update a label configuration and keep its labels', servers: ['open-core'] },
	imageLists: { lack: 'cannot delete several images at once', servers: ['open-core'] },
	imageSearch: { lack: 'cannot search for images', servers: ['open-core'] },
} as const satisfies Readonly<Record<string, Availability>>;

export function hasFeature(generation: Generation, feature: Feature): boolean {
	return FEATURES[feature].servers.some((server) => server === generation);
}

/** What a server without the feature cannot do, as in "This DataGym server cannot release tasks". */
export function lackOf(feature: Feature): string {
	return FEATURES[feature].lack;
}

/** @throws DataGymError `unsupported` if the server has no such endpoint; nothing is sent then. */
export function needed<Endpoint>(endpoint: Endpoint | undefined, feature: Feature): Endpoint {
	if (endpoint !== undefined) return endpoint;
	throw unsupported(feature);
}

/** The error of a server that lacks what only the open core has. */
export function unsupported(feature: Feature): DataGymError {
	return new DataGymError({
		kind: 'unsupported',
		message: `The API of this DataGym server ${lackOf(feature)}`,
		remedy:
			'Only the API of the open core has it (credential: Authentication "None (Open Core)"). Do this in DataGym itself.',
		method: '',
		path: '',
	});
}
