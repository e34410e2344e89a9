import type { ApiError } from './errors';
import type { UrlResult } from './store/media';
import type { DatasetView, MediumView, ProjectView } from './store/views';

export type GenerationName = 'current' | '2020' | 'open-core';

/** In what one generation of the API differs from another: paths, names on the wire, texts of errors. */
export interface Generation {
	name: GenerationName;
	/** False where no token opens the external API. */
	readsTokens: boolean;
	/** What a request without a good token is told. */
	tokenRefusal(): ApiError;
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

/** A class as the head of the export names it. */
export interface LabelClass {
	class_name: string;
	geometry_type?: string;
	/** Also for segmentations, by a quirk of the real server. */
	classification_type?: string;
}
