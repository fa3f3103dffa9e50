package document

import "errors"

// EditText edits a text that is itself a YAML or JSON object, such as the value of an
// annotation. What edit does not change keeps its bytes: other keys, their order, their
// comments. A text that is empty, no object, or holds several documents is an error,
// and so is an edit that cannot be written into it.
func EditText(text string, edit func(root *Node, e *Editor)) (string, error) {
	file := NewFile("", []byte(text))
	file.fragment = true
	var only *Document
	for doc, err := range Read(file) {
		if err != nil {
			return "", err
		}
		if only != nil {
			return "", &SyntaxError{file.Position(doc.Start), "one document is expected, not several"}
		}
		only = doc
	}
	if only == nil {
		return "", errors.New("the text holds no object")
	}
	edit(only.Root, NewEditor(only.Root))
	edited, err := Splice(only)
	if err != nil {
		return "", err
	}
	return text[:only.Start] + string(edited) + text[only.End:], nil
}
