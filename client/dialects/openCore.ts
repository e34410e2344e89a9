import { path, type ApiRequest } from '../http';
import type { Dialect } from './dialect';
import { contentLength, UPLOAD_HEADERS, taskQuery } from './externalApi';

/** The API of the released open core, below `/api`, which is also that of its user interface (docs/contract.md#open-core-ui-api). */
export const openCore: Dialect = {
	listProjects: () => get('project'),
	getProject: (projectId) => get(path`project/${projectId}`),
	createProject: (owner, { name, shortDescription, description }, mediaType) =>
		post('project', {
			owner,
			name,
			shortDescription,
			...(description !== '' && { description }),
			mediaType,
		}),
	updateProject: (projectId, { name, shortDescription, description }) =>
		put(path`project/${projectId}`, { name, shortDescription, ...(description !== '' && { description }) }),
	deleteProject: (projectId) => remove(path`project/${projectId}`),
	projectCounts: (projectId) => get(path`project/${projectId}/dashboard`),
	connectDataset: (projectId, datasetId) => post(path`project/${projectId}/dataset/${datasetId}`),
	disconnectDataset: (projectId, datasetId) => remove(path`project/${projectId}/dataset/${datasetId}/remove`),

	getAccount: () => get('userinfo'),
	listDatasets: () => get('dataset'),
	getDataset: (datasetId) => get(path`dataset/${datasetId}`),
	createDataset: (name, shortDescription, owner) =>
		post('dataset', { owner, name, ...(shortDescription !== '' && { shortDescription }) }),
	deleteDataset: (datasetId) => remove(path`dataset/${datasetId}`),
	listImages: (datasetId) => get(path`dataset/${datasetId}/file`),
	searchImages: (datasetId, name, page, size) => ({
		...get(path`dataset/${datasetId}/media`),
		query: { pageIndex: page, numberOfElementsPerPage: size, ...(name !== '' && { mediaName: pattern(name) }) },
	}),
	keepsUnicode: true,
	uploadImage: async (datasetId, { name, size, open }) =>
		await Promise.resolve({
			...post(path`dataset/${datasetId}/file`),
			headers: { ...UPLOAD_HEADERS, 'X-filename': Buffer.from(name).toString('base64'), ...contentLength(size) },
			body: open,
		}),
	addImageUrls: async (datasetId, urls) =>
		await Promise.resolve({ ...post(path`dataset/${datasetId}/url`, urls), isLarge: true }),
	downloadImage: async (imageId) => await Promise.resolve({ ...get(path`media/${imageId}`), query: { dl: true } }),
	deleteImage: async (imageId) => await Promise.resolve(remove(path`media/${imageId}`)),
	deleteImages: (imageIds) => ({ ...remove('media/list'), json: imageIds }),

	getLabelConfig: (id) => get(path`lconfig/${id}`),
	uploadLabelConfig: (id, entries) => post(path`lconfig/${id}/import`, entries),
	updateLabelConfig: (id, entries, reopensTasks) => ({
		...put(path`lconfig/${id}`, entries),
		query: { changeStatus: reopensTasks },
	}),
	clearLabelConfig: (id) => remove(path`lconfig/${id}`),

	listTasks: (projectId, state, limit, search) => ({
		...get(path`project/${projectId}/task`),
		query: taskQuery(state, limit, search),
	}),
	listsAllStates: true,
	getTask: (taskId) => ({ ...get(path`task/${taskId}`), isLarge: true }),
	completeTask: (taskId, knownConfigTime) =>
		put(path`task/${taskId}/completeTask`, { lastChangedConfig: knownConfigTime }),
	skipTask: (taskId) => put(path`task/${taskId}/skipTask`),
	releaseTask: (taskId) => put(path`task/${taskId}/toWaiting`),
	recallTask: (taskId) => put(path`task/${taskId}/toBacklog`),
	moveTasks: (projectId, datasetId, to) =>
		put('task/moveAll', { projectId, datasetId: datasetId ?? 'ALL', direction: to }),
	reviewTask: ({ taskId, isAccepted, comment }) =>
		put(isAccepted ? 'task/reviewedSuccess' : 'task/reviewedFailed', {
			taskId,
			...(comment !== '' && { reviewComment: comment }),
		}),
	reopenTask: (taskId) => put(path`task/${taskId}/skipToWC`),

	listLabels: ({ iterationId, imageId, taskId }) => ({
		...get(path`lcvalues/${iterationId}/${imageId}/${taskId}`),
		isLarge: true,
	}),
	createLabel: (entryId, json) => post(path`lcvalues/${entryId}`, json),
	updateLabel: (valueId, json) => put(path`lcvalues/${valueId}`, json),
	deleteLabel: (valueId) => remove(path`lcvalues/${valueId}`),
	changeClass: (valueId, entryId) => put(path`lcvalues/${valueId}/changeType`, { newLcEntryId: entryId }),
	importLabels: (projectId, elements) => post(path`project/${projectId}/prediction`, elements),
	exportLabels: (projectId) => get(path`project/${projectId}/export`),
	// The one endpoint that is open below /api/v1, and has no other place.
	exportBitmap: (taskId, classKey) => ({ method: 'GET', path: path`export/bitmap/${taskId}/${classKey}` }),
	exportVideoTask: (taskId) => ({ ...get(path`project/exportVideoTask/${taskId}`), isLarge: true }),

	prepareSegmentation: (imageId) => post(path`aiseg/prepare/${imageId}`),
	calculateSegmentation: (prompt) => post('aiseg/calculate', prompt),
	finishSegmentation: (imageId) => remove(path`aiseg/finish/${imageId}`),
};

/** The server searches by SQL's LIKE, in which `%` and `_` also stand for themselves, but a backslash does not. */
function pattern(name: string): string {
	return name.replaceAll('\\', '_');
}

function get(address: string): ApiRequest {
	return { root: 'api', method: 'GET', path: address };
}

function remove(address: string): ApiRequest {
	return { root: 'api', method: 'DELETE', path: address };
}

function post(address: string, json?: object): ApiRequest {
	return { root: 'api', method: 'POST', path: address, ...(json !== undefined && { json }) };
}

function put(address: string, json?: object): ApiRequest {
	return { root: 'api', method: 'PUT', path: address, ...(json !== undefined && { json }) };
}
