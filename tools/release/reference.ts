import { writeFile } from 'node:fs/promises';
import { REFERENCE_PAGE, referencePage } from './referencePage';

async function main(): Promise<void> {
	const page = referencePage();
	await writeFile(REFERENCE_PAGE, page);
	console.log(`${page.match(/^### /gm)?.length ?? 0} operations written into docs/reference.md`);
}

void main();
