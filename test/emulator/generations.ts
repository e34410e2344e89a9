import { forbidden, unauthorized } from './errors';
import type { Generation, GenerationName } from './generation';
import type { Route } from './http/endpoint';
import { exportRoutes, videoRoutes } from './http/export';
import { mediaRoutes, segmentationRoutes } from './http/media';
import { taskRoutes } from './http/tasks';
import { valueRoutes } from './http/values';
import { configurationRoutes } from './http/configuration';
import { datasetRoutes } from './http/datasets';
import { importRoutes } from './http/import';
import { projectRoutes } from './http/projects';
import { userInterfaceRoutes } from './http/ui/routes';
import { without } from './store/records';

/** A generation with all that its servers answer to. */
export interface ServedGeneration extends Generation {
	routes: Route[];
}

const externalRoutes: readonly Route[] = [
	...projectRoutes,
	...datasetRoutes(['name', 'shortDescription']),
	...mediaRoutes('media'),
	...configurationRoutes,
	...taskRoutes,
	...valueRoutes('token', '/api/v1/lcValue'),
	...exportRoutes,
	...videoRoutes,
	...importRoutes('current'),
	...segmentationRoutes,
];

const interfaceRoutes = userInterfaceRoutes(externalRoutes);

/** Server 0.29 of the open core with a token filter, as recorded in the contract. */
export const current: ServedGeneration = {
	name: 'current',
	readsTokens: true,
	tokenRefusal: unauthorized,
	routes: [...externalRoutes, ...interfaceRoutes],
	project: (view) => view,
	dataset: (view) => view,
	uploaded: (view) => view,
	urlResult: ({ url, outcome, medium }) => ({
		internal_media_ID: medium?.id ?? null,
		external_media_ID: medium?.name ?? null,
		imageUrl: url,
		mediaUploadStatus: outcome,
	}),
	exportHeader: (classes) => ({ label_classes: classes }),
	exportElement: (element) => element,
	// The open core has no message bundle (docs/contract.md#error-shapes).
	errorText: (key) => `No msg available for key: ${key}`,
	unauthorizedBody: null,
};

/** The two paths of the external API that the release leaves open [ui 291, 305]. */
const OPEN_PATHS: readonly string[] = [
	'/api/v1/project/:projectId/prediction',
	'/api/v1/export/bitmap/:taskId/:entryKey',
];

/** Server 0.29 of the open core as released: no token is good, so the external API is closed. */
const openCore: ServedGeneration = {
	...current,
	name: 'open-core',
	readsTokens: false,
	tokenRefusal: forbidden,
	routes: [
		...externalRoutes.map((route): Route => (OPEN_PATHS.includes(route.path) ? { ...route, access: 'ui' } : route)),
		...interfaceRoutes,
	],
};

/** Texts of the hosted service, in the wording of the 2020 document where it shows one. */
const TEXTS: Record<string, string> = {
	ex_notfound: '{0} with {1} {2} not found.',
	ex_alreadyexists: '{0} with {1} {2} already exists.',
	ex_already_contains: '{0} already contains this {1}.',
	ex_forbidden: 'Forbidden. Insufficient permissions.',
	ex_validation: 'Validation error.',
};

/**
 * The generation of the 2020 document (docs/contract.md#the-api-of-2020): images instead of media, `geometry` for every geometry, no tasks, no
 * single label values, no video. Its paths are those of the Python clients 0.1.0 to 0.5.0.
 */
const of2020: ServedGeneration = {
	name: '2020',
	readsTokens: true,
	tokenRefusal: unauthorized,
	routes: [
		...projectRoutes,
		// The clients of that time sent the owner along.
		...datasetRoutes(['name', 'shortDescription', 'owner']),
		...mediaRoutes('image'),
		...configurationRoutes,
		...exportRoutes,
		...importRoutes('2020'),
		...interfaceRoutes,
	],
	project: (view) => ({
		...without(view, 'mediaType'),
		datasets: view.datasets.map((dataset) => ({
			...without(dataset, 'mediaCount', 'mediaType'),
			imagesCount: dataset.mediaCount,
		})),
	}),
	dataset: (view) => ({ ...without(view, 'mediaType', 'media'), images: view.media.map(image) }),
	uploaded: image,
	urlResult: ({ url, outcome, medium }) => ({
		internal_image_ID: medium?.id ?? null,
		external_image_ID: medium?.name ?? null,
		imageUrl: url,
		imageUploadStatus:
			outcome === 'UNSUPPORTED_MIME_TYPE' ? 'UNSUPPORTED_FORMAT' : outcome === 'DUPLICATE' ? 'FAILED' : outcome,
	}),
	exportHeader: (classes) => ({
		label_classes: classes.filter((labelClass) => labelClass.geometry_type !== undefined),
	}),
	exportElement: (element) => ({
		internal_image_ID: element.internal_media_ID,
		external_image_ID: element.external_media_ID,
		...without(element, 'internal_media_ID', 'external_media_ID', 'segmentations'),
		labels: Object.fromEntries(
			Object.entries(element.labels as Labels).map(([key, values]) => [key, values.map(genericLabel)]),
		),
	}),
	errorText: (key, params) =>
		(TEXTS[key] ?? key).replace(/\{(\d)\}/g, (_whole, at: string) => params[Number(at)] ?? ''),
	unauthorizedBody: { msg: 'Unauthorized. None or invalid credentials.' },
};

export const GENERATIONS: Readonly<Record<GenerationName, ServedGeneration>> = {
	current,
	'2020': of2020,
	'open-core': openCore,
};

export function isGenerationName(name: string): name is GenerationName {
	return Object.hasOwn(GENERATIONS, name);
}

function image(view: { id: string; timestamp: number; mediaSourceType: string; mediaName: string }) {
	return { id: view.id, timestamp: view.timestamp, imageType: view.mediaSourceType, imageName: view.mediaName };
}

type Labels = Record<string, Array<Record<string, unknown>>>;

function genericLabel(label: Record<string, unknown>) {
	const [geometry] = Object.values(without(label, 'classifications', 'nested_geometries'));
	return { geometry, classifications: label.classifications };
}
