import { imageNameFor } from '../client';

/** DataGym's names can hold folders and control characters: none of them may reach a disk. */
export function safeFileName(name: string, contentType: string): string {
	const safe = imageNameFor(name).replace(/[<>:"|?*]/g, '_');
	return /\.[a-z0-9]{2,5}$/i.test(safe) ? safe : `${safe}.${contentType === 'image/png' ? 'png' : 'jpg'}`;
}
