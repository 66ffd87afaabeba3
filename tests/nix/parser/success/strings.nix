[
  "plain \n \" \\ \${no} $${no} $"
  "a${"b${"c"}"}d"
  ''
    indented
      more ${"x"}
    ''$ ''' ''\t
  ''
  ''''
]
