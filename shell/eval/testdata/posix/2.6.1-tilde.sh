HOME=/h
echo ~ ~/x "~" \~ a~ ~nosuchuser
x=~:~/y:a~
echo "$x"
HOME=
echo "<$(echo ~)>"
