export * from './api';
export { byteStreamOf } from './byteSource';
export type { ByteStream } from './byteStream';
export { normalizeBaseUrl, HOSTED_URL, isOnServer, parseUrl } from './baseUrl';
export { DataGymError, hasKey, isDataGymError, notAnExport, unreadableExport } from './errors';
export { type Generation } from './generation';
export { taskLabels, type LabelContent, type LabelEntry, type LabelValue, type TaskLabels } from './labelValues';
export { type SegmentationPoint } from './segmentation';
export type { Dataset, DatasetSummary, Image, LabelConfigAnswer, Project, UrlResult } from './wire/wire';
export type { Task, TaskDetails, TaskRow } from './wire/task';
export {
	Transport,
	type FetchLink,
	type HttpAnswer,
	type HttpRequest,
	type Send,
	type StreamAnswer,
} from './transport';
export { imageNameFor, nameKey, numberedName } from './imageName';
