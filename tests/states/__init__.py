"""States of cases as each release wrote them; every later release loads them and brings them to their end."""
