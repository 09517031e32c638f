// y-websocket from npm: joins a room, writes, answers the others, says what it has when they are done.
const Y = require('yjs');
const { WebsocketProvider } = require('y-websocket');
const Socket = require('ws');

const [url, mine, theirs] = process.argv.slice(2);
const { origin, pathname, searchParams } = new URL(url);
const cut = pathname.lastIndexOf('/');
const doc = new Y.Doc();
const provider = new WebsocketProvider(
  origin.replace('http', 'ws') + pathname.slice(0, cut),
  pathname.slice(cut + 1),
  doc,
  {
    WebSocketPolyfill: Socket,
    disableBc: true,
    params: Object.fromEntries(searchParams)
  }
);
const cells = doc.getArray('cells');
const texts = () => cells.map(cell => cell.get('source').toString());

provider.on('sync', synced => {
  if (synced) {
    const source = cells.get(0).get('source');
    source.insert(source.length, mine);
  }
});
let answered = false;
setInterval(() => {
  const text = cells.length ? texts()[0] : '';
  if (!answered && text.includes(theirs)) {
    answered = true;
    cells.get(0).get('source').insert(text.length, ' # seen');
  } else if (text.includes(' # over')) {
    console.log(JSON.stringify(texts()));
    provider.destroy();
    process.exit(0);
  }
}, 20);
setTimeout(() => process.exit(1), 60_000);
