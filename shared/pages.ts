/**
 * Addresses of DataGym's user interface, whose routes come after a hash (docs/contract.md#pages). Images have no page of their own: it
 * opens the file itself.
 */
const PATHS = {
	project: { path: '/#/projects/details/', pattern: '/projects/details/' },
	dataset: { path: '/#/datasets/details/', pattern: '/datasets/details/' },
	task: { path: '/#/label-mode/task/', pattern: '/label-mode/task/' },
	image: { path: '/api/media/', pattern: '/api/(?:v1/)?(?:media|image)/' },
} as const;

export type PageKind = keyof typeof PATHS;

/** @param baseUrl as the client has it, without a slash at its end. */
export function pageUrl(baseUrl: string, kind: PageKind, id: string): string {
	return `${baseUrl}${PATHS[kind].path}${encodeURIComponent(id)}`;
}

/** For n8n: matches the whole address of a page, and those of its tabs and of the administration; its group is the ID. */
export function pageRegex(kind: PageKind): string {
	return `https?://\\S*?${PATHS[kind].pattern}([^/?#\\s]+)(?:[/?#]\\S*)?`;
}

/** An address as an example, with an ID that is none. */
export function exampleUrl(kind: PageKind): string {
	return `https://app.datagym.ai${PATHS[kind].path}7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d`;
}
