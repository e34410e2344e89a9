/** A Node.js stream of bytes: the type alone, since n8n Cloud allows packages no `stream` module. */
export type ByteStream = import('stream').Readable;
