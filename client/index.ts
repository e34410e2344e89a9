export * from './api';
export { byteStreamOf } from './byteSource';
export type { ByteStream } from './byteStream';
export { normalizeBaseUrl, HOSTED_URL, isOnServer, parseUrl } from './baseUrl';
export { DataGymError, hasKey, isDataGymError, notAnExport, unreadableExport } from './errors';
export { type Generation } from './generation';
export { unreadableLabel, unreadableLabels } from './labelValues';
export type { SegmentationPoint, SegmentationPrompt } from './segmentation';
export type { Dataset, DatasetSummary, Image, LabelConfigAnswer, Project, UrlResult } from './wire';
export type { Task, TaskDetails, TaskRow } from './wireTask';
export {
	Transport,
	type FetchLink,
	type HttpAnswer,
	type HttpRequest,
	type Send,
	type StreamAnswer,
} from './transport';
export { imageNameFor, nameKey, numberedName } from './imageName';
