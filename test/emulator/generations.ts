import type { LabelClass } from './export/labels';
import type { Route } from './http/endpoint';
import type { UrlResult } from './store/media';
import type { DatasetView, MediumView, ProjectView } from './store/views';
import { exportRoutes, videoRoutes } from './http/export';
import { mediaRoutes, segmentationRoutes } from './http/media';
import { taskRoutes } from './http/tasks';
import { valueRoutes } from './http/values';
import { configurationRoutes } from './http/configuration';
import { datasetRoutes } from './http/datasets';
import { importRoutes } from './http/import';
import { interfaceRoutes } from './http/userInterface';
import { projectRoutes } from './http/projects';
import { without } from './store/records';

export type GenerationName = 'current' | '2020';

/** In what one generation of the API differs from another: paths, names on the wire, texts of errors. */
export interface Generation {
	name: GenerationName;
	routes: Route[];
	project(view: ProjectView): Record<string, unknown>;
	dataset(view: DatasetView): Record<string, unknown>;
	/** The answer to the upload of a file. */
	uploaded(view: MediumView): Record<string, unknown>;
	urlResult(result: UrlResult): Record<string, unknown>;
	exportHeader(classes: LabelClass[]): Record<string, unknown>;
	/** `element` as server 0.29 writes it. */
	exportElement(element: Record<string, unknown>): Record<string, unknown>;
	errorText(key: string, params: string[]): string;
	/** The whole body of a 401, where it is no ordinary error object. */
	unauthorizedBody: Record<string, unknown> | null;
}

/** Server 0.29 of the open core, as recorded in the contract. */
export const current: Generation = {
	name: 'current',
	routes: [
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
		...interfaceRoutes,
	],
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
	// The open core has no message bundle (contract, section 1).
	errorText: (key) => `No msg available for key: ${key}`,
	unauthorizedBody: null,
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
 * The generation of the 2020 document (contract, section 11): images instead of media, `geometry` for every geometry, no tasks, no
 * single label values, no video. Its paths are those of the Python clients 0.1.0 to 0.5.0.
 */
export const of2020: Generation = {
	name: '2020',
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

function image(view: { id: string; timestamp: number; mediaSourceType: string; mediaName: string }) {
	return { id: view.id, timestamp: view.timestamp, imageType: view.mediaSourceType, imageName: view.mediaName };
}

type Labels = Record<string, Array<Record<string, unknown>>>;

function genericLabel(label: Record<string, unknown>) {
	const [geometry] = Object.values(without(label, 'classifications', 'nested_geometries'));
	return { geometry, classifications: label.classifications };
}
