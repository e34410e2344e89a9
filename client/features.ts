import { DataGymError } from './errors';

/**
 * `media`: DataGym 0.29 and its neighbors, whose paths and fields say media. `image`: the API documented in 2020, without
 * tasks, whose paths and fields say image. `open-core`: the released open core, by the API of its user interface, without tokens.
 */
export type Generation = 'media' | 'image' | 'open-core';

/** What only some servers can do. */
export type Feature = keyof typeof FEATURES;

interface Availability {
	/** Completes the sentences "This DataGym server has no …" and "… are not available". */
	readonly noun: string;
	readonly servers: readonly Generation[];
}

/** The one table of what each kind of server can do, in docs/contract.md#which-server-has-what with the reasons. */
const FEATURES = {
	tasks: { noun: 'tasks', servers: ['media', 'open-core'] },
	singleLabels: { noun: 'single labels', servers: ['media', 'open-core'] },
	videos: { noun: 'videos', servers: ['media', 'open-core'] },
	segmentation: { noun: 'AI segmentation', servers: ['media', 'open-core'] },
	projectChanges: { noun: 'creation, update or deletion of projects', servers: ['open-core'] },
	datasetDeletion: { noun: 'deletion of datasets', servers: ['open-core'] },
	taskRelease: { noun: 'release of tasks', servers: ['open-core'] },
	reviews: { noun: 'review of tasks', servers: ['open-core'] },
	taskCounts: { noun: 'number of tasks by state', servers: ['open-core'] },
	labelAuthors: { noun: 'authors of labels', servers: ['media'] },
	labelConfigReads: { noun: 'request for a label configuration', servers: ['open-core'] },
	labelConfigUpdates: { noun: 'update of a label configuration that keeps the labels', servers: ['open-core'] },
	imageLists: { noun: 'deletion of several images at once', servers: ['open-core'] },
	imageSearch: { noun: 'search for images', servers: ['open-core'] },
} as const satisfies Readonly<Record<string, Availability>>;

export function hasFeature(generation: Generation, feature: Feature): boolean {
	return FEATURES[feature].servers.some((server) => server === generation);
}

/** What the feature is called in a sentence. */
export function nounOf(feature: Feature): string {
	return FEATURES[feature].noun;
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
		message: `The API of this DataGym server has no ${nounOf(feature)}`,
		remedy:
			'Only the API of the open core has it (credential: Authentication "None (Open Core)"). Do this in DataGym itself.',
		method: '',
		path: '',
	});
}
