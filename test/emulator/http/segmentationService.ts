import { unavailable } from '../errors';
import { plain, type Route } from './route';

/** AI segmentation is never there in the open core [475-477]. */
const unavailableAi: Parameters<typeof plain>[3] = (call) => {
	call.requireToken();
	throw unavailable('ai');
};

export const segmentationRoutes: Route[] = [
	plain('token', 'POST', '/api/v1/aiseg/:imageId/prepare', unavailableAi),
	plain('token', 'POST', '/api/v1/aiseg/calculate', unavailableAi),
	plain('token', 'DELETE', '/api/v1/aiseg/:imageId/finish', unavailableAi),
];
