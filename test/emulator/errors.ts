/** DataGym's error object (docs/contract.md#error-shapes): every application error has this shape and is always indented. */
export interface ErrorDetail {
	name: string;
	key: string;
	params: string[];
}

/** An answer that is not a success. `code` differs from `status` only in validation errors, where it is 0 [036]. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly key: string,
		readonly params: string[] = [],
		readonly details: ErrorDetail[] = [],
	) {
		super(key);
	}
}

/** 400, 406, 415 … without a body: what Spring answers before the application is asked [048, 055]. */
export class EmptyAnswer extends Error {
	constructor(
		readonly status: number,
		readonly headers: Record<string, string> = {},
	) {
		super(`empty ${status}`);
	}
}

/** A body whose fields break rules: an ordinary JSON answer with its own text and `code` 0 [036, 037]. */
export class ValidationError extends Error {
	constructor(readonly details: ErrorDetail[]) {
		super('Validation error.');
	}
}

export const unauthorized = () => new ApiError(401, 'ex_unauthorized');
export const forbidden = () => new ApiError(403, 'ex_forbidden');
export const notFound = (what: string, id: string, field = 'id') => new ApiError(404, 'ex_notfound', [what, field, id]);
export const alreadyExists = (what: string, field: string, value: string) =>
	new ApiError(412, 'ex_alreadyexists', [what, field, value]);
export const alreadyContains = () => new ApiError(412, 'ex_already_contains', ['Project', 'Dataset']);
/** An unknown fault; on the real server often bad input that only the database refuses [100]. */
export const systemFault = () => new ApiError(500, 'ex_system');
export const unavailable = (service: 'ai' | 'aws') => new ApiError(503, 'ex_service_unavailable', [service]);
/** A business rule: 500 with a telling key (docs/contract.md#error-keys). */
export const ruleBroken = (rule: string, ...params: string[]) => new ApiError(500, `ex_gen_${rule}`, params);
export const invalidData = (name: string, key: string, params: string[]) =>
	new ApiError(400, 'ex_validation', [], [{ name, key, params }]);
