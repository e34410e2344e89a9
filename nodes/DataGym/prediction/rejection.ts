import { InputError } from '@datagym/shared/errors';
import type { NamedImage } from './projectImages';

/** An image that cannot be imported while others of its item can. */
export interface Rejection {
	readonly image: NamedImage;
	readonly error: InputError;
}

/** What the work gives, or a rejection of the image if the input is at fault. */
export async function orRejection<Value>(
	image: NamedImage,
	work: () => Value | Promise<Value>,
): Promise<Value | Rejection> {
	return await Promise.resolve()
		.then(work)
		.catch((error: unknown) => {
			if (error instanceof InputError) return { image, error };
			throw error;
		});
}

export function isRejection(entry: object): entry is Rejection {
	return 'error' in entry;
}

/** The first of several rejections as the error of their item. */
export function joined([first, ...others]: readonly Rejection[]): InputError | undefined {
	if (first === undefined || others.length === 0) return first?.error;
	return new InputError(
		`${first.error.message} (and ${others.length} more images cannot be imported)`,
		first.error.remedy,
	);
}
