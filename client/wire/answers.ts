import * as z from 'zod/v4-mini';
import { count, text } from './schema';

export const errorBody = z.looseObject({
	key: z.optional(z.string()),
	params: z.optional(z.array(z.coerce.string())),
	msg: z.optional(z.string()),
	details: z.optional(
		z.array(
			z.looseObject({
				name: z.optional(z.string()),
				key: z.optional(z.string()),
				params: z.optional(z.array(z.coerce.string())),
			}),
		),
	),
});
export type ErrorBody = z.infer<typeof errorBody>;

/** The same with each text that may be shown changed. */
export function mapErrorBody(body: ErrorBody, change: (text: string) => string): ErrorBody {
	const { key, params, msg, details } = body;
	return {
		...body,
		...(key !== undefined && { key: change(key) }),
		...(params !== undefined && { params: params.map(change) }),
		...(msg !== undefined && { msg: change(msg) }),
		...(details !== undefined && {
			details: details.map((detail) => ({
				name: change(detail.name ?? ''),
				key: change(detail.key ?? ''),
				params: (detail.params ?? []).map(change),
			})),
		}),
	};
}

export const wireLabelConfig = z.looseObject({
	id: text,
	entries: z.nullish(z.array(z.unknown())),
	numberOfCompletedTasks: count,
	numberOfReviewedTasks: count,
});
export type LabelConfigAnswer = z.infer<typeof wireLabelConfig>;

/** One that is read to be changed: taken for empty by mistake, it would be deleted with its labels. */
export const wireStoredLabelConfig = z.extend(wireLabelConfig, { id: z.string(), entries: z.array(z.unknown()) });

export const wireCompletion = z.looseObject({ hasLabelConfigChanged: z.boolean() });

export const wireImportAnswer = z.looseObject({ errorMessages: text });

/** Its parts are read by `labels/`. */
export const wireVideoTask = z.looseObject({ frames: z.looseObject({}), object: z.looseObject({}) });

export const wireNothing = z.unknown();

export const wirePolygon = z.looseObject({ result: z.array(z.looseObject({ x: z.number(), y: z.number() })) });
