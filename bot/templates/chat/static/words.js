// What the page says in its language; the server writes it into the page.

export const words = JSON.parse(document.getElementById("words").textContent);
