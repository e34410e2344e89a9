export * from './api';
export type { ByteStream } from './byteStream';
export { normalizeBaseUrl, HOSTED_URL, isOnServer, parseUrl } from './baseUrl';
export { DataGymError, hasKey, isDataGymError } from './errors';
export { type Generation } from './generation';
export type { Dataset, DatasetSummary, Image, LabelConfigAnswer, Project, Task, TaskDetails, TaskRow, UrlResult } from './wire';
export { Transport, type HttpAnswer, type HttpRequest, type Send, type StreamAnswer } from './transport';
export { imageNameFor, nameKey, numberedName } from './imageName';
