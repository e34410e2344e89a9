import { imageNameFor } from '@datagym/client';
import { safeName } from '@datagym/labels';

/** DataGym's names can hold folders, control characters and the names of Windows' devices: none of them may reach a disk. */
export function safeFileName(name: string, contentType: string): string {
	const { stem, extension } = safeName(imageNameFor(name));
	return `${stem}${/^\.[a-z0-9]{2,5}$/i.test(extension) ? extension : `${extension}.${contentType === 'image/png' ? 'png' : 'jpg'}`}`;
}
