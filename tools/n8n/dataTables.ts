import type { N8nClient } from './client';

type Row = Readonly<Record<string, string>>;

/** A data table of n8n as the editor lists it. */
export interface DataTable {
	readonly id: string;
	readonly name: string;
}

/** The owner's data table of this name; it is made with the rows, whose columns are texts, if there is none. */
export async function dataTable(n8n: N8nClient, name: string, rows: readonly Row[]): Promise<DataTable> {
	const { id: owner } = await n8n.get<{ id: string }>('/rest/projects/personal');
	const tables = `/rest/projects/${owner}/data-tables`;
	const { data: known } = await n8n.get<{ data: DataTable[] }>(tables);
	const found = known.find((table) => table.name === name);
	if (found !== undefined) return found;
	const columns = Object.keys(rows[0] ?? {}).map((column) => ({ name: column, type: 'string' }));
	const made = await n8n.post<DataTable>(tables, { name, columns });
	await n8n.post(`${tables}/${made.id}/insert`, { data: rows });
	return made;
}
