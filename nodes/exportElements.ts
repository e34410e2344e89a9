import { unreadableExport, type DataGymApi } from '../client';
import { ExportReader, type ExportElement } from '../labels/datagym/export';
import { JsonElements } from '../labels/jsonElements';

/** The elements of a project's export while it arrives, so that neither its text nor all of its JSON is held. */
export async function* exportElements(api: DataGymApi, projectId: string): AsyncGenerator<ExportElement> {
	const reader = new ExportReader();
	for await (const value of exportValues(api, projectId)) yield reader.read(value);
}

/** The same elements as the server wrote them. */
export async function* exportValues(api: DataGymApi, projectId: string): AsyncGenerator<unknown> {
	const parser = new JsonElements();
	for await (const bytes of await api.streamExport(projectId)) yield* unlessBroken(projectId, () => parser.push(bytes));
	unlessBroken(projectId, () => parser.end());
}

/** A server that fails while it writes the export leaves half of one behind, with status 200 (CONTRACT.md, section 7). */
function unlessBroken<Value>(projectId: string, parse: () => Value): Value {
	try {
		return parse();
	} catch (error) {
		throw unreadableExport(projectId, error);
	}
}
