import type { Method, Route } from '../endpoint';
import { accountRoutes } from './account';
import { configurationRoutes } from './configuration';
import { dashboardRoutes } from './dashboard';
import { datasetRoutes } from './datasets';
import { labelRoutes } from './labels';
import { mediaRoutes } from './media';
import { projectRoutes } from './projects';
import { serviceRoutes } from './services';
import { taskRoutes } from './tasks';

/** Endpoints of the external API that the user interface has under another path: both call the same services. */
const SHARED: ReadonlyArray<[Method, external: string, path: string]> = [
	['POST', '/api/v1/project/:projectId/dataset/:datasetId', '/api/project/:projectId/dataset/:datasetId'],
	[
		'DELETE',
		'/api/v1/project/:projectId/dataset/:datasetId/remove',
		'/api/project/:projectId/dataset/:datasetId/remove',
	],
	['POST', '/api/v1/project/:projectId/prediction', '/api/project/:projectId/prediction'],
	['GET', '/api/v1/export/:projectId', '/api/project/:projectId/export'],
	['GET', '/api/v1/exportVideoTask/:taskId', '/api/project/exportVideoTask/:taskId'],
	['POST', '/api/v1/media/:datasetId/url', '/api/dataset/:datasetId/url'],
	['DELETE', '/api/v1/media/:id', '/api/media/:id'],
	['DELETE', '/api/v1/config/:id', '/api/lconfig/:id'],
];

/** The API of DataGym's own user interface, which asks for no token; `external` is the current external API. */
export function userInterfaceRoutes(external: readonly Route[]): Route[] {
	return [
		...SHARED.flatMap(([method, from, path]) =>
			external
				.filter((route) => route.method === method && route.path === from)
				.map((route): Route => ({ ...route, access: 'ui', path })),
		),
		...accountRoutes,
		...projectRoutes,
		...datasetRoutes,
		...mediaRoutes,
		...configurationRoutes,
		...taskRoutes,
		...labelRoutes,
		...dashboardRoutes,
		...serviceRoutes,
	];
}
