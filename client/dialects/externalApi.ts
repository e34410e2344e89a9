import { path, type ApiRequest } from '../http';
import type { Dialect } from './dialect';

/**
 * The API for tokens, below `/api/v1` (docs/contract.md). Its two generations differ in one word.
 *
 * @param word which of them the server speaks; asked for only where it matters.
 */
export function externalApi(word: () => Promise<'media' | 'image'>): Dialect {
	const ofImages = async (rest: string) => `${await word()}/${rest}`;
	return {
		listProjects: () => ({ method: 'GET', path: 'project' }),
		getProject: undefined,
		createProject: undefined,
		updateProject: undefined,
		deleteProject: undefined,
		projectCounts: undefined,
		connectDataset: (projectId, datasetId) => ({
			method: 'POST',
			path: path`project/${projectId}/dataset/${datasetId}`,
		}),
		disconnectDataset: (projectId, datasetId) => ({
			method: 'DELETE',
			path: path`project/${projectId}/dataset/${datasetId}/remove`,
		}),

		getAccount: undefined,
		listDatasets: () => ({ method: 'GET', path: 'dataset' }),
		getDataset: (datasetId) => ({ method: 'GET', path: path`dataset/${datasetId}` }),
		createDataset: (name, shortDescription) => ({
			method: 'POST',
			path: 'dataset',
			json: shortDescription === '' ? { name } : { name, shortDescription },
		}),
		deleteDataset: undefined,
		listImages: undefined,
		searchImages: undefined,
		keepsUnicode: false,
		uploadImage: async (datasetId, { name, size, open }) => ({
			method: 'POST',
			path: await ofImages(path`${datasetId}/file`),
			headers: { ...UPLOAD_HEADERS, 'X-filename': name, ...contentLength(size) },
			body: open,
		}),
		addImageUrls: async (datasetId, urls) => ({
			method: 'POST',
			path: await ofImages(path`${datasetId}/url`),
			json: urls,
			isLarge: true,
		}),
		downloadImage: async (imageId) => ({ method: 'GET', path: await ofImages(path`${imageId}`) }),
		deleteImage: async (imageId) => ({ method: 'DELETE', path: await ofImages(path`${imageId}`) }),
		deleteImages: undefined,

		getLabelConfig: undefined,
		uploadLabelConfig: (id, entries) => ({ method: 'PUT', path: path`config/${id}`, json: entries }),
		updateLabelConfig: undefined,
		clearLabelConfig: (id) => ({ method: 'DELETE', path: path`config/${id}` }),

		listTasks: (projectId, state, limit, search) => ({
			method: 'GET',
			path: path`task/${projectId}/list`,
			query: taskQuery(state, limit, search),
		}),
		listsAllStates: false,
		getTask: (taskId) => ({ method: 'GET', path: path`task/${taskId}`, isLarge: true }),
		completeTask: (taskId, knownConfigTime) => ({
			method: 'PUT',
			path: path`task/${taskId}/completeTask`,
			json: { lastChangedConfig: knownConfigTime },
		}),
		skipTask: (taskId) => ({ method: 'PUT', path: path`task/${taskId}/skipTask` }),
		releaseTask: undefined,
		recallTask: undefined,
		moveTasks: undefined,
		reviewTask: undefined,
		reopenTask: undefined,

		listLabels: undefined,
		createLabel: (entryId, json) => ({ method: 'POST', path: path`lcValue/${entryId}`, json }),
		updateLabel: (valueId, json) => ({ method: 'PUT', path: path`lcValue/${valueId}`, json }),
		deleteLabel: (valueId) => ({ method: 'DELETE', path: path`lcValue/${valueId}` }),
		changeClass: (valueId, entryId) => ({
			method: 'PUT',
			path: path`lcValue/${valueId}/changeType`,
			json: { newLcEntryId: entryId },
		}),
		importLabels: (projectId, elements) => ({
			method: 'POST',
			path: path`project/${projectId}/prediction`,
			json: elements,
		}),
		exportLabels: (projectId) => ({ method: 'GET', path: path`export/${projectId}` }),
		exportBitmap: (taskId, classKey) => ({ method: 'GET', path: path`export/bitmap/${taskId}/${classKey}` }),
		exportVideoTask: (taskId) => ({ method: 'GET', path: path`exportVideoTask/${taskId}`, isLarge: true }),

		prepareSegmentation: (imageId) => ({ method: 'POST', path: path`aiseg/${imageId}/prepare` }),
		calculateSegmentation: (prompt) => ({ method: 'POST', path: 'aiseg/calculate', json: prompt }),
		finishSegmentation: (imageId) => ({ method: 'DELETE', path: path`aiseg/${imageId}/finish` }),
	};
}

export const UPLOAD_HEADERS = { 'Content-Type': 'application/octet-stream' };

export function contentLength(size: number | undefined): Readonly<Record<string, string>> {
	return size === undefined ? {} : { 'Content-Length': String(size) };
}

export function taskQuery(state: string | undefined, limit: number, search = ''): NonNullable<ApiRequest['query']> {
	return { ...(state !== undefined && { state }), ...(limit > 0 && { limit }), ...(search !== '' && { search }) };
}
