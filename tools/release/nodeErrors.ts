import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectMessages } from './messages';

/** How many errors say what to do, and how many there are. */
type Remedies = readonly [withRemedy: number, all: number];

/** Of one of our nodes and what it shares with the other. */
export function messagesIn(name: string): Remedies {
	const others = name.endsWith('Trigger') ? 'nodes/DataGym/' : 'nodes/DataGymTrigger/';
	const messages = collectMessages().filter(({ file }) => !file.startsWith(others));
	return [messages.filter(({ message, remedy }) => remedy !== '' || saysWhatToDo(message)).length, messages.length];
}

const saysWhatToDo = (message: string) => /\. [A-Z]/.test(message);

/** Of a node that n8n ships: those that its own code makes, in the version. */
export function errorsIn(folder: string, version: number, name: string): Remedies {
	const isTrigger = name.endsWith('Trigger');
	const made = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.js') && !isOfOtherVersion(file, version))
		.filter((file) => file.includes('Trigger') === isTrigger)
		.map((file) => readFileSync(join(folder, file), 'utf8'))
		.flatMap((text) => text.split(/new n8n_workflow_\d+\.Node(?:Api|Operation)Error\(/).slice(1))
		.map((text) => text.slice(0, endOfCall(text)));
	return [made.filter((text) => /\bdescription\b/.test(text)).length, made.length];
}

function isOfOtherVersion(file: string, version: number): boolean {
	const [, other] = /(?:^|[\\/])v(\d+)[\\/]/i.exec(file) ?? [];
	return other !== undefined && Number(other) !== Math.floor(version);
}

function endOfCall(text: string): number {
	let depth = 1;
	for (let index = 0; index < text.length; index++) {
		if (text[index] === '(') depth++;
		if (text[index] === ')' && --depth === 0) return index;
	}
	return text.length;
}
