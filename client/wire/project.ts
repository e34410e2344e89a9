import * as z from 'zod/v4-mini';
import { wireDatasetSummary, type DatasetSummary } from './dataset';
import { count, isoDate, optional, text } from './schema';

export interface Project {
	readonly projectId: string;
	readonly name: string;
	readonly shortDescription: string;
	readonly description: string;
	/** IMAGE or VIDEO. */
	readonly mediaType: string;
	readonly labelConfigurationId: string;
	readonly labelIterationId: string;
	/** The last change of the project's own properties, ISO 8601. */
	readonly timestamp?: string;
	readonly datasets: readonly DatasetSummary[];
	readonly raw: unknown;
}

export const wireProject = z.pipe(
	z.looseObject({
		id: z.string(),
		name: z.string(),
		shortDescription: text,
		description: text,
		timestamp: count,
		labelConfigurationId: z.string(),
		labelIterationId: text,
		mediaType: text,
		datasets: z.nullish(z.array(wireDatasetSummary)),
	}),
	z.transform(
		(raw): Project => ({
			projectId: raw.id,
			name: raw.name,
			shortDescription: raw.shortDescription ?? '',
			description: raw.description ?? '',
			mediaType: raw.mediaType ?? 'IMAGE',
			labelConfigurationId: raw.labelConfigurationId,
			labelIterationId: raw.labelIterationId ?? '',
			...optional('timestamp', isoDate(raw.timestamp)),
			datasets: raw.datasets ?? [],
			raw: { ...raw, datasets: (raw.datasets ?? []).map((dataset) => dataset.raw) },
		}),
	),
);

/** The number of a project's tasks in each state. */
export type ProjectCounts = Readonly<Record<string, number>>;

export const wireProjectCounts = z.pipe(
	z.looseObject({ taskStatus: z.record(z.string(), z.number()), deleted: z.optional(z.unknown()) }),
	z.transform(({ taskStatus, deleted }): { readonly counts: ProjectCounts; readonly isDeleted: boolean } => ({
		counts: taskStatus,
		isDeleted: deleted === true,
	})),
);
