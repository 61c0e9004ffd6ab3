// A shop with two books. Some of the examples need this service. It answers on $PORT.
import { createServer } from "node:http";

const books = [
  { title: "The Mythical Man-Month", price: 3200 },
  { title: "A Discipline of Programming", price: 5400 },
];

createServer((request, response) => {
  response.writeHead(request.url === "/books" ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(books));
}).listen(Number(process.env.PORT), "127.0.0.1");
