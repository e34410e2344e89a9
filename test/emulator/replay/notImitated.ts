/** The recordings whose answers this server does not give, by number and name, each with the reason. */
export const NOT_IMITATED: Record<string, string> = {
	'338 export-dummy':
		"the sample project's image and its 131 labels are the real server's own data, which this server does not copy",
};
