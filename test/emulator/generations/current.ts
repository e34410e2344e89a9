import { configurationRoutes } from '../http/configuration';
import { datasetRoutes } from '../http/datasets';
import { exportRoutes, videoRoutes } from '../http/export';
import { importRoutes } from '../http/import';
import { interfaceRoutes } from '../http/interface';
import { mediaRoutes } from '../http/media';
import { projectRoutes } from '../http/projects';
import { segmentationRoutes } from '../http/segmentationService';
import { taskRoutes } from '../http/tasks';
import { valueRoutes } from '../http/values';
import type { Generation } from './generation';

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
